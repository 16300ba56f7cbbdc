"""A9: a Queue's timeouts, its non-blocking calls, and that it neither loses nor doubles a message."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome

TIMEOUT_S = 0.02
MESSAGES = 50
# What waits, waits its timeout, to within what clocks of different kinds differ by; what does not wait takes less than
# half of it, or the two could not be told apart.
WAITED, AT_ONCE = 0.95, 0.5


def raised(trial: Trial) -> bool:
    """Full and Empty after the timeout, and at once where no wait is asked for."""
    names = (trial["put_timeout_raised"], trial["get_timeout_raised"], trial["put_nowait_raised"])
    in_time = min(trial["put_waited_ns"], trial["get_waited_ns"]) >= WAITED * TIMEOUT_S * 1e9
    at_once = max(trial["put_nowait_waited_ns"], trial["get_nowait_waited_ns"]) <= AT_ONCE * TIMEOUT_S * 1e9
    return names == ("Full", "Empty", "Full") and trial["get_nowait_raised"] == "Empty" and in_time and at_once


def complete(trial: Trial) -> bool:
    """Each message of both writers arrived once, those of one writer in their order."""
    wrong = trial["lost"] or trial["duplicated"] or trial["out_of_order"]
    return bool(trial["received"] == trial["sent"] and not wrong)


def ask(setting: Setting) -> Question:
    experiment = setting.trials("queue-limits", {"timeout_s": TIMEOUT_S, "messages": MESSAGES}, launch_s=0.25)
    return behaviour.holds(
        experiment,
        "queues that raised Full and Empty as told, and delivered every message of two writers once",
        lambda trial: raised(trial) and complete(trial),
        also=(
            share(experiment, "queues that raised Full and Empty, after the timeout or at once", raised),
            share(experiment, "queues that delivered every message of two writers once, in order", complete),
        ),
    )


CLAIMS = (
    Claim(
        id="A9",
        statement="Queue: put and get raise Full and Empty after their timeout or at once; nothing is lost or doubled",
        family="ipc",
        source="Python documentation, multiprocessing.Queue: put(), get(), Full and Empty",
        explanation=(
            "A bounded queue that is full makes put() wait, an empty one makes get() wait, each for its timeout and no "
            "longer. A lock on either end keeps the messages of several processes whole. Each writer's messages keep "
            "their order; between writers there is none."
        ),
        surprise=(
            "put() returns before a message has left the process, and the documentation calls qsize(), empty() and "
            "full() unreliable. With that in mind, timeouts that are kept and messages that are never lost are not "
            "what one would bet on."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask,
    ),
)
