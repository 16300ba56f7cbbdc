"""B30: what carries more messages one way, a Value with an Array or a Pipe, by their size."""

from __future__ import annotations

from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import messages
from gilbench.model import Outcome

SMALL = (16, 1 << 10)
LARGE = (1 << 20, 16 << 20)


def round_trip_ratio(setting: Setting, size_bytes: int) -> Quantity:
    """How long a round trip by Pipe takes over one by Value and Array."""
    return observed_ratio(
        messages.experiment(setting.target),
        f"round trip of {messages.size_name(size_bytes)} by pipe over Value and Array",
        lambda seen: messages.round_trip_ratio(seen, messages.VALUE_ARRAY, "pipe", size_bytes),
    )


def rate_ratio(setting: Setting, size_bytes: int) -> Quantity:
    """How many messages Value and Array carry one way while a Pipe carries one."""
    return observed_ratio(
        messages.experiment(setting.target),
        f"messages of {messages.size_name(size_bytes)} by Value and Array over pipe, one way",
        lambda seen: messages.rate_ratio(seen, messages.VALUE_ARRAY, "pipe", size_bytes),
    )


def question(setting: Setting) -> Question | NotApplicable:
    if not messages.knows_value_array(setting.target):
        return NotApplicable(
            "the gilbench that measured this run does not carry messages by Value and Array: "
            "measure again"
        )
    small = [rate_ratio(setting, size_bytes) for size_bytes in SMALL]
    large = [rate_ratio(setting, size_bytes) for size_bytes in LARGE]
    slower = [below(ratio, 1) for ratio in small]
    faster = [above(ratio, 1) for ratio in large]
    not_slower = [above(ratio, 1) for ratio in small]
    not_faster = [below(ratio, 1) for ratio in large]
    return Question(
        proved=AllOf((*slower, *faster)),
        refuted=AnyOf((*not_slower, *not_faster)),
        effect=small[0],
        also=tuple(round_trip_ratio(setting, size) for size in messages.ROUND_TRIP_SIZES),
    )


CLAIMS = (
    Claim(
        id="B30",
        statement=(
            "A Value and an Array carry fewer small messages (16 B, 1 KiB) a second than a Pipe, "
            "and more large ones (1 MiB, 16 MiB)"
        ),
        family="ipc",
        source="Python documentation, multiprocessing: shared memory by Value or Array",
        explanation=(
            "A Value and an Array lie in memory that both processes have, so a message is written "
            "once and read once. Nothing in them says that it is there: two semaphores do. One "
            "message at a time has room, so each waits until its reader is awake and the next one "
            "until its sender is, where a Pipe takes the next ones meanwhile. Of a large message "
            "the copies are what takes time, and a Pipe makes two more of them, 64 KiB at a time. "
            "How long a round trip takes, in which both wait, is shown."
        ),
        measured=(
            "A peer process sends messages of 16 B, 1 KiB, 1 MiB and 16 MiB by a Value (their "
            "size) and an Array (their bytes) under two semaphores, and by a Pipe."
        ),
        rule=(
            "PROVED if the rate by Value and Array over that by Pipe is certainly below 1 at both "
            "small sizes and certainly above 1 at both large ones; REFUTED if it is certainly "
            "above 1 at a small size or below 1 at a large one."
        ),
        meaning=(
            "PROVED means that a stream of small messages belongs in a Pipe, and that large blocks "
            "are worth a shared Array; REFUTED means that the size does not decide so here."
        ),
        surprise=(
            "Shared memory is expected to be the fastest way at any size, since nothing has to be "
            "sent. What costs is to say that it is there."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
        figure="channels",
    ),
)
