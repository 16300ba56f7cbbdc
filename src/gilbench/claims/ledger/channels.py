"""A12, B18 and B19: how fast messages travel through Pipe, Queue, Manager and shared memory."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import channel_pairs, messages
from gilbench.experiments.messages import KIB, MIB
from gilbench.model import Outcome

# An order is claimed where the channel decides it. From 1 MiB on copying does: there a pipe of
# 64 KiB at a time fell behind both a queue and a manager, whose processes copy in parallel. Larger
# sizes are shown and not judged.
UP_TO_64_KIB = (16, KIB, 64 * KIB)
BULK = 16 * MIB

# Every other channel between processes that the first runs measured.
FASTER_THAN_MANAGER = ("queue", "simple-queue", "pipe", "duplex-pipe", "shared-memory")


def rate_ratio(setting: Setting, channel: str, other: str, size_bytes: int) -> Quantity:
    """How many messages one channel carries while the other carries one."""
    return observed_ratio(
        messages.experiment(setting.target),
        f"messages of {messages.size_name(size_bytes)} by {channel} over {other}",
        lambda seen: messages.rate_ratio(seen, channel, other, size_bytes),
    )


def paired_ratio(setting: Setting, size_bytes: int) -> Quantity:
    """How many messages a Pipe carries while a Queue carries one, in adjacent pairs."""
    return observed_ratio(
        channel_pairs.experiment(setting.target),
        f"messages of {messages.size_name(size_bytes)} by pipe over queue, in adjacent pairs",
        lambda seen: channel_pairs.rate_ratio(seen, size_bytes),
    )


def crossover(setting: Setting) -> Quantity:
    return observed_ratio(
        messages.experiment(setting.target),
        f"size from which shared memory is faster than a pipe ({messages.SIZES[0]} bytes, the "
        "smallest tried: at every size)",
        messages.crossover_bytes,
        unit=" bytes",
    )


def pipe_question(setting: Setting) -> Question:
    ratio = paired_ratio if _measures_pairs(setting) else _by_one_run_each
    judged = [ratio(setting, size) for size in channel_pairs.SIZES]
    larger = [size for size in messages.SIZES if size not in channel_pairs.SIZES]
    return Question(
        proved=AllOf(tuple(above(ratio, 1) for ratio in judged)),
        refuted=AnyOf(tuple(below(ratio, 1) for ratio in judged)),
        effect=judged[0],
        also=tuple(rate_ratio(setting, "pipe", "queue", size) for size in larger),
    )


def _measures_pairs(setting: Setting) -> bool:
    """Whether the run knows adjacent pairs; runs of before are judged by what they measured."""
    return any(probe.name == "channel-pairs" for probe in setting.target.description.probes)


def _by_one_run_each(setting: Setting, size_bytes: int) -> Quantity:
    return rate_ratio(setting, "pipe", "queue", size_bytes)


def manager_question(setting: Setting) -> Question:
    def over_manager(size_bytes: int) -> list[Quantity]:
        return [rate_ratio(setting, other, "manager", size_bytes) for other in FASTER_THAN_MANAGER]

    judged = [ratio for size_bytes in UP_TO_64_KIB for ratio in over_manager(size_bytes)]
    return Question(
        proved=AllOf(tuple(above(ratio, 1) for ratio in judged)),
        refuted=AnyOf(tuple(below(ratio, 1) for ratio in judged)),
        effect=judged[0],
        also=tuple(over_manager(MIB)),
    )


def shared_memory_question(setting: Setting) -> Question:
    gain = rate_ratio(setting, "shared-memory", "pipe", BULK)
    return Question(
        proved=above(gain, margins.GAIN),
        refuted=below(gain, margins.GAIN),
        effect=gain,
        also=(crossover(setting),),
    )


CLAIMS = (
    Claim(
        id="A12",
        statement="A Pipe carries more small messages (16 B, 1 KiB) a second than a Queue",
        family="ipc",
        source=(
            "Python documentation, multiprocessing: Queue is built on a Pipe, "
            "locks and a feeder thread"
        ),
        explanation=(
            "A Queue is a Pipe with more around it: a lock at either end, and a thread that "
            "pickles messages and feeds the pipe. For small messages the hand-over to that thread "
            "costs more than the message. Eight pairs of runs, one of each right after the other, "
            "give one ratio per launch. For large ones copying is what takes time, the same for "
            "both, and the feeder thread may even work in parallel with its caller: the ratios at "
            "larger sizes are shown, and may go either way."
        ),
        measured=(
            f"{channel_pairs.PAIRS} times per launch another process sends the same messages "
            "through a Pipe and right before or after through a Queue, of 16 bytes and of 1 KiB."
        ),
        rule=(
            "PROVED if the rate by Pipe over that by Queue is certainly above 1 at both sizes; "
            "REFUTED if it is certainly below 1 at either."
        ),
        meaning=(
            "PROVED means that between two processes a Pipe is the faster way for many small "
            "messages; REFUTED means that the convenience of a Queue costs nothing here."
        ),
        surprise=(
            "The documentation presents the two together as ways for processes to exchange "
            "objects, so their costs look alike. As put() returns without waiting for anyone, a "
            "Queue may even seem to be the faster one."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=pipe_question,
        figure="channels",
    ),
    Claim(
        id="B18",
        statement=(
            "A Manager's queue is the slowest of six ways to hand over messages of up to 64 KiB"
        ),
        family="ipc",
        source=(
            "Python documentation, multiprocessing: managers are slower than using shared memory"
        ),
        explanation=(
            "A Manager keeps the object in a separate process, and everyone else has a proxy. Each "
            "put and each get is a request to that process over a socket and a reply, and every "
            "message is copied to it and from it. At 1 MiB copying takes over, three processes "
            "copy in parallel, and the order may change. Compared with a Queue, a SimpleQueue, "
            "both kinds of Pipe and shared memory; B30 asks about a Value with an Array."
        ),
        measured=(
            "A peer process sends messages of 16 B, 1 KiB and 64 KiB through a Manager's queue "
            "and through five other channels."
        ),
        rule=(
            "PROVED if the rate by each other channel over that by a Manager's queue is certainly "
            "above 1 at each of the sizes; REFUTED if one is certainly below 1 at any of them."
        ),
        meaning=(
            "PROVED means that a Manager's queue is for convenience and not for streams of "
            "small messages; REFUTED means that another channel is slower here."
        ),
        surprise=(
            "In code a Manager's queue looks like any other, and unlike a multiprocessing.Queue it "
            "can be handed to the tasks of a Pool, which makes it a common choice. Nothing shows "
            "that every call on it is answered by another process."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=manager_question,
        figure="channels",
    ),
    Claim(
        id="B19",
        statement=(
            "Shared memory moves bulk data (16 MiB) at least 15 % faster than sending it through a "
            "Pipe"
        ),
        family="ipc",
        source="Python documentation, multiprocessing.shared_memory",
        explanation=(
            "A message through a pipe is copied into the kernel and out of it again, 64 KiB at a "
            "time, with both sides taking turns. A block of shared memory is written once and read "
            "once. What it takes to say that the block is ready costs as much as a small message "
            "does, so there is a size below which it does not pay."
        ),
        measured=(
            "A peer process sends messages of 16 MiB through a Pipe and, 256 KiB at a time, "
            "through a block of shared memory."
        ),
        rule=(
            f"PROVED if shared memory certainly carries more than {margins.GAIN} times as many a "
            "second; REFUTED if certainly less."
        ),
        meaning=(
            "PROVED means that large arrays belong in shared memory rather than in "
            "arguments and results; REFUTED means that sending them is as good."
        ),
        surprise=(
            "On one machine a pipe seems to be nothing but memory too, and sending is what "
            "everyone does, as multiprocessing sends arguments and results without being asked. "
            "That every byte then goes into the kernel and out again is not seen in the call."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=shared_memory_question,
        figure="channels",
    ),
)
