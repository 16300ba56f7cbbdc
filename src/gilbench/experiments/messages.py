"""The probe ``messages``: rates and round trips of messages, by channel and size."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

KIB, MIB = 1 << 10, 1 << 20
THROUGHPUT, ROUND_TRIP = "throughput", "round-trip"
FIRST_CHANNELS = (
    "pipe",
    "duplex-pipe",
    "queue",
    "simple-queue",
    "manager",
    "shared-memory",
    "thread-queue",
)
VALUE_ARRAY = "value-array"
CHANNELS = (*FIRST_CHANNELS, VALUE_ARRAY)

# Message size in bytes → messages per condition: as many as the usual channels carry in some 10 to
# 30 ms.
MESSAGES = {16: 2000, KIB: 2000, 64 * KIB: 200, MIB: 16, 16 * MIB: 3}
ROUND_TRIPS = {16: 100, KIB: 100, 64 * KIB: 40, MIB: 8}
FEWER_BY_MANAGER = 4  # each of its messages takes two trips to a third process
SIZES = tuple(MESSAGES)
ROUND_TRIP_SIZES = tuple(ROUND_TRIPS)


def _condition(channel: str, mode: str, size_bytes: int, messages: int) -> dict[str, Any]:
    fewer = FEWER_BY_MANAGER if channel == "manager" and size_bytes < MIB else 1
    return {
        "channel": channel,
        "mode": mode,
        "size_bytes": size_bytes,
        "messages": messages // fewer,
    }


def _conditions_of(channels: Iterable[str]) -> tuple[dict[str, Any], ...]:
    conditions = []
    for mode, counts in ((THROUGHPUT, MESSAGES), (ROUND_TRIP, ROUND_TRIPS)):
        for size_bytes, messages in counts.items():
            for channel in channels:
                conditions.append(_condition(channel, mode, size_bytes, messages))
    return tuple(conditions)


# In this order, so that a run which does not know the last channel has the conditions before it.
FIRST_CONDITIONS = _conditions_of(FIRST_CHANNELS)
CONDITIONS = (*FIRST_CONDITIONS, *_conditions_of([VALUE_ARRAY]))
_INDEX = {
    (condition["channel"], condition["mode"], condition["size_bytes"]): index
    for index, condition in enumerate(CONDITIONS)
}


def knows_value_array(target: model.Target) -> bool:
    """Whether a target, as its run describes it, carries messages by Value and Array."""
    return any(channel.name == VALUE_ARRAY for channel in target.description.channels)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target; earlier runs know one channel less."""
    conditions = CONDITIONS if knows_value_array(target) else FIRST_CONDITIONS
    return model.Experiment(target.id, "messages", conditions, launch_s=2.4)


def size_name(size_bytes: int) -> str:
    """``64 KiB``."""
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if size_bytes >= unit:
            return f"{size_bytes // unit} {name}"
    return f"{size_bytes} B"


def message_ns(seen: Seen, channel: str, size_bytes: int) -> float:
    """Time per message in one launch."""
    observed = seen[_INDEX[channel, THROUGHPUT, size_bytes]]
    return float(observed["elapsed_ns"] / observed["received"])


def messages_per_s(seen: Seen, channel: str, size_bytes: int) -> float:
    """Messages per second in one launch."""
    return 1e9 / message_ns(seen, channel, size_bytes)


def rate_ratio(seen: Seen, channel: str, other: str, size_bytes: int) -> float:
    """How many messages one channel carries while the other carries one, in one launch."""
    return message_ns(seen, other, size_bytes) / message_ns(seen, channel, size_bytes)


def round_trip_us(seen: Seen, channel: str, size_bytes: int) -> float:
    """The median round trip of one launch; nan where no message came back."""
    import numpy as np

    times_ns = seen[_INDEX[channel, ROUND_TRIP, size_bytes]]["round_trip_ns"]
    return float(np.median(times_ns)) / 1e3 if times_ns else math.nan


def round_trip_ratio(seen: Seen, channel: str, other: str, size_bytes: int) -> float:
    """How long the median round trip by another channel takes over one by this, in one launch."""
    return round_trip_us(seen, other, size_bytes) / round_trip_us(seen, channel, size_bytes)


def crossover_bytes(seen: Seen) -> float:
    """The message size above which shared memory is faster than a pipe in one launch.

    Interpolated between two measured sizes on log scales. The smallest size where shared memory is
    always faster, nan where it is slower even at the largest.
    """
    gains = [math.log(rate_ratio(seen, "shared-memory", "pipe", size)) for size in SIZES]
    if gains[-1] <= 0:
        return math.nan
    last_slower = max((index for index, gain in enumerate(gains) if gain <= 0), default=None)
    if last_slower is None:
        return SIZES[0]
    low, high = math.log(SIZES[last_slower]), math.log(SIZES[last_slower + 1])
    gain_below, gain_above = gains[last_slower], gains[last_slower + 1]
    return math.exp(low + (high - low) * -gain_below / (gain_above - gain_below))
