"""B30: how soon a message comes back that travels by Value and Array, and by Pipe and Queue."""

from __future__ import annotations

from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import messages
from gilbench.model import Outcome

OTHERS = ("pipe", "queue")


def round_trip_ratio(setting: Setting, other: str, size_bytes: int) -> Quantity:
    """How long a round trip by another channel takes over one by Value and Array."""
    return observed_ratio(
        messages.experiment(setting.target),
        f"round trip of {messages.size_name(size_bytes)} by {other} over Value and Array",
        lambda seen: messages.round_trip_ratio(seen, messages.VALUE_ARRAY, other, size_bytes),
    )


def rate_ratio(setting: Setting, other: str, size_bytes: int) -> Quantity:
    """How many messages Value and Array carry one way while another channel carries one."""
    return observed_ratio(
        messages.experiment(setting.target),
        f"messages of {messages.size_name(size_bytes)} by Value and Array over {other}, one way",
        lambda seen: messages.rate_ratio(seen, messages.VALUE_ARRAY, other, size_bytes),
    )


def question(setting: Setting) -> Question | NotApplicable:
    if not messages.knows_value_array(setting.target):
        return NotApplicable(
            "the gilbench that measured this run does not carry messages by Value and Array: "
            "measure again"
        )
    judged = []
    for size_bytes in messages.ROUND_TRIP_SIZES:
        for other in OTHERS:
            judged.append(round_trip_ratio(setting, other, size_bytes))
    one_way = []
    for size_bytes in messages.SIZES:
        for other in OTHERS:
            one_way.append(rate_ratio(setting, other, size_bytes))
    return Question(
        proved=AllOf(tuple(above(ratio, 1) for ratio in judged)),
        refuted=AnyOf(tuple(below(ratio, 1) for ratio in judged)),
        effect=judged[0],
        also=tuple(one_way),
    )


CLAIMS = (
    Claim(
        id="B30",
        statement=(
            "A message of 16 B to 1 MiB comes back sooner by Value and Array than by Pipe or Queue"
        ),
        family="ipc",
        source="Python documentation, multiprocessing: shared memory by Value or Array",
        explanation=(
            "A Value and an Array lie in memory that both processes have, so a message is written "
            "once and read once, and no system call carries it. Nothing in them says that it is "
            "there: two semaphores do, which wake the other process as a Pipe does. One message at "
            "a time has room, so a sender waits for its reader, where a Pipe takes the next ones "
            "meanwhile: how many go one way in a second is shown, and either may be ahead."
        ),
        measured=(
            "A message of 16 B, 1 KiB, 64 KiB and 1 MiB is sent to a peer process and back by a "
            "Value (its size) and an Array (its bytes) under two semaphores, by a Pipe and by a "
            "Queue, and the median round trip of a launch is taken."
        ),
        rule=(
            "PROVED if the time by Pipe and that by Queue, each over that by Value and Array, are "
            "certainly above 1 at each of the four sizes; REFUTED if one is certainly below 1 at "
            "any of them."
        ),
        meaning=(
            "PROVED means that two processes that wait for each other's answers gain by shared "
            "numbers and bytes, at the price of semaphores of your own; REFUTED means that a Pipe "
            "is as prompt, and simpler."
        ),
        surprise=(
            "Value and Array are taught for counters, and their locks are known to be slow, so "
            "few would send messages by them. A lock that nobody else wants costs less than the "
            "way through the kernel and back."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
        figure="channels",
    ),
)
