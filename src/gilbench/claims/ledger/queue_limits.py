"""A9 and B26: a Queue keeps its timeouts and delivers messages once.

Non-blocking calls do not wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Experiment

TIMEOUT_S = 0.02
MESSAGES = 50
# A call with a timeout must wait at least this share of it; the rest is what different clocks
# differ by. A call that does not wait must return within half the timeout, or the two could not be
# told apart.
WAITED, AT_ONCE = 0.95, 0.5


def raised_in_time(trial: Trial) -> bool:
    """Full and Empty were raised after the timeout, and at once where no wait was asked for."""
    calls = ("put_timeout", "get_timeout", "put_nowait", "get_nowait")
    raised = tuple(trial[f"{call}_raised"] for call in calls)
    timeout_ns = TIMEOUT_S * 1e9
    waited = min(trial["put_waited_ns"], trial["get_waited_ns"]) >= WAITED * timeout_ns
    slowest_ns = max(trial["put_nowait_waited_ns"], trial["get_nowait_waited_ns"])
    at_once = slowest_ns <= AT_ONCE * timeout_ns
    return raised == ("Full", "Empty", "Full", "Empty") and waited and at_once


def delivered_once(trial: Trial) -> bool:
    """Each message of both writers arrived once, and each writer's messages arrived in order."""
    wrong = trial["lost"] or trial["duplicated"] or trial["out_of_order"]
    return bool(trial["received"] == trial["sent"] and not wrong)


def kept_its_word(trial: Trial) -> bool:
    return raised_in_time(trial) and delivered_once(trial)


def _experiment(setting: Setting) -> Experiment:
    condition = {"timeout_s": TIMEOUT_S, "messages": MESSAGES, "get_after_put": True}
    return setting.trials("queue-limits", condition, launch_s=0.3)


def at_once_question(setting: Setting) -> Question:
    experiment = _experiment(setting)
    return behaviour.contradicted(
        share(experiment, "messages that get(False) fetched just after put()", was_fetched),
        share(experiment, "calls of get(False) just after put() that raised Empty", was_empty),
    )


def was_fetched(trial: Trial) -> bool:
    """The message was there at once."""
    return bool(trial["get_after_put_raised"] == "")


def was_empty(trial: Trial) -> bool:
    """The message was not there yet."""
    return bool(trial["get_after_put_raised"] == "Empty")


def question(setting: Setting) -> Question:
    experiment = _experiment(setting)
    return behaviour.holds_in_every_trial(
        experiment,
        "queues that raised Full and Empty in time, and delivered each message of two writers once",
        kept_its_word,
        also=(
            share(
                experiment,
                "queues that raised Full and Empty, after the timeout or at once",
                raised_in_time,
            ),
            share(
                experiment,
                "queues that delivered every message of two writers once, in order",
                delivered_once,
            ),
        ),
    )


CLAIMS = (
    Claim(
        id="A9",
        statement=(
            "Queue: put and get raise Full and Empty after their timeout or at once; each message "
            "arrives once, in its writer's order"
        ),
        family="ipc",
        source="Python documentation, multiprocessing.Queue: put(), get(), Full and Empty",
        explanation=(
            "A bounded queue that is full makes put() wait, an empty one makes get() wait, each "
            "until its timeout is over. A lock on either end keeps the messages of several "
            "processes whole. Each writer's messages keep their order; between writers there is "
            "none."
        ),
        measured=(
            f"Two processes put {MESSAGES} numbered messages each into one Queue with one reader, "
            f"and put() on a full queue and get() on an empty one, with a timeout of "
            f"{1000 * TIMEOUT_S:g} ms and without waiting, are timed."
        ),
        rule=behaviour.held_rule(
            f"put() and get() raise after {1000 * WAITED * TIMEOUT_S:g} ms or more, put_nowait() "
            f"and get_nowait() within {1000 * AT_ONCE * TIMEOUT_S:g} ms, and each message arrives "
            "once, in its writer's order"
        ),
        meaning=(
            "PROVED means that you need no acknowledgements between your processes on one machine "
            "while none of them is killed; REFUTED would mean that messages have to be counted."
        ),
        surprise=(
            "put() returns before a message has left the process, and the documentation calls "
            "qsize(), empty() and full() unreliable. With that in mind, timeouts that are kept and "
            "messages that are never lost are not what one would bet on."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
    Claim(
        id="B26",
        statement="Queue: get(False) right after put() fetches what was put",
        family="ipc",
        source=(
            "Python documentation, multiprocessing: after putting an object on an empty queue "
            "there may be a delay"
        ),
        explanation=(
            "put() hands the message to a feeder thread, which pickles it and writes it to the "
            "pipe. Until then the queue is empty for every reader, the same process included: "
            "get(False) and get_nowait() raise Empty. get() with a timeout waits. Without the GIL "
            "the feeder thread may run on another core at once and be in time, so there either "
            "outcome is news."
        ),
        measured=(
            "A message is put into an empty Queue, and get(False) is called on the next line."
        ),
        rule=behaviour.contradicted_rule("it fetches the message", "it raises Empty"),
        meaning=(
            "REFUTED means that Empty does not say that nothing was put: count messages, or "
            "send one that says the end; PROVED would mean that a Queue may be drained by "
            "get(False)."
        ),
        surprise=(
            "With a queue.Queue between threads it holds, and the two look alike. A program that "
            "drains a queue with get(False) until Empty loses what is still on its way."
        ),
        expected=lambda setting: Outcome.REFUTED if setting.target.gil_enabled else None,
        question=at_once_question,
    ),
)
