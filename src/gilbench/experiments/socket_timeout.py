"""The probe ``socket-timeout``: what a timeout on a socket costs where messages are large.

A socket with a timeout waits in ``poll`` and then calls ``recv``. Each of the two releases the GIL
and acquires it again. Alongside a CPU-bound thread the second acquisition waits for another switch
interval if that thread wakes up while ``recv`` copies the message, which is a race: where threads
wake up slowly, a quarter of the waits may be all that take two intervals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gilbench import model
from gilbench.experiments.wakeup import GAP_S, GAPS, NS_PER_MS

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

INTERVAL_S = 0.005
# Copied in some 30 to 60 µs, while a thread wakes up within 5 to 50 µs. Far below the default
# limit of a socket's buffer on Linux (208 KiB).
MESSAGE_BYTES = 128 << 10
SAMPLES = 20
SLOW_FIFTH = 80  # per cent of the waits that are shorter


def _condition(load: str, workers: int, *, timeout: bool) -> dict[str, Any]:
    return {
        "load": load,
        "workers": workers,
        "interval_s": INTERVAL_S,
        "samples": SAMPLES,
        "gap_s": round(GAP_S + 2 * GAPS[load, workers] * INTERVAL_S, 6),
        "timeout": timeout,
        "message_bytes": MESSAGE_BYTES,
    }


BLOCKING = _condition("threads", 1, timeout=False)
WITH_TIMEOUT = _condition("threads", 1, timeout=True)
ALONE = _condition("none", 0, timeout=True)
CONDITIONS = (BLOCKING, WITH_TIMEOUT, ALONE)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(
        target.id, "socket-timeout", CONDITIONS, launch_s=1.6, of_percentiles=True
    )


def percentile_ms(seen: Seen, condition: dict[str, Any], percent: float) -> float:
    """A percentile of one condition's latencies in one launch; nan where there are none."""
    import numpy as np

    observed = seen[CONDITIONS.index(condition)]
    if not observed["latency_ns"] or observed["beside"] < condition["workers"]:
        return float("nan")
    return float(np.percentile(observed["latency_ns"], percent)) / NS_PER_MS


def timeout_over_blocking(seen: Seen, percent: float) -> float:
    """A percentile of the latency on a socket with a timeout over that on a blocking one."""
    blocking_ms = percentile_ms(seen, BLOCKING, percent)
    return percentile_ms(seen, WITH_TIMEOUT, percent) / blocking_ms


def slow_fifth_over_blocking(seen: Seen) -> float:
    """The same of p80: 2 where one wait in five or more takes twice as long."""
    return timeout_over_blocking(seen, SLOW_FIFTH)


def median_over_blocking(seen: Seen) -> float:
    """The same of the median: 2 where half of the waits or more do."""
    return timeout_over_blocking(seen, 50)


def alone_in_intervals(seen: Seen) -> float:
    """The median latency of a thread that nothing computes alongside, in switch intervals."""
    return percentile_ms(seen, ALONE, 50) / (1000 * INTERVAL_S)


def cores_used(seen: Seen) -> float:
    """CPU seconds per wall-clock second of the launch alongside a CPU-bound thread.

    Of the two conditions that in which they were fewer.
    """
    shares = []
    for condition in (BLOCKING, WITH_TIMEOUT):
        observed = seen[CONDITIONS.index(condition)]
        shares.append(float(observed["cpu_ns"] / observed["wall_ns"]))
    return min(shares)
