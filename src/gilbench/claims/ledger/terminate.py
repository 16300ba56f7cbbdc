"""A3 and A5: terminate() ends a running process, whether it is a daemon or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Experiment

DAEMON, NO_DAEMON = (0,), (1,)  # indices of the conditions
SIGTERM_EXIT = -15


def terminations(setting: Setting) -> Experiment:
    return setting.trials("terminate", {"daemon": True}, {"daemon": False})


def was_ended(trial: Trial) -> bool:
    """It was running, and terminate() ended it with the signal that it sends."""
    ended = trial["alive_before"] and not trial["alive_after"]
    return bool(ended and trial["exit_code"] == SIGTERM_EXIT)


def survived(trial: Trial) -> bool:
    return bool(trial["alive_before"] and trial["alive_after"])


def daemon_question(setting: Setting) -> Question:
    experiment = terminations(setting)
    return behaviour.contradicted(
        believed=share(experiment, "daemon processes that outlived terminate()", survived, DAEMON),
        contrary=share(
            experiment,
            "daemon processes that terminate() ended with exit code −15",
            was_ended,
            DAEMON,
        ),
    )


def running_question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        terminations(setting),
        "running processes that terminate() ended with exit code −15",
        was_ended,
        NO_DAEMON,
    )


CLAIMS = (
    Claim(
        id="A3",
        statement="A daemon process cannot be terminated",
        family="process",
        source="Python documentation, multiprocessing.Process: terminate(), daemon",
        explanation=(
            "It can. The daemon flag says what becomes of the process when its parent ends, and "
            "that it may have no children; it gives no protection. terminate() sends SIGTERM to a "
            "daemon as to any other process, and its exit code is then −15, the negative number of "
            "that signal."
        ),
        measured=(
            "A daemon process that is running gets terminate(), is joined for 5 s at most, and "
            "whether it is alive and its exit code are read."
        ),
        rule=behaviour.contradicted_rule(
            "the daemon is alive 5 s after terminate()",
            "it was alive before terminate() and is gone after it, with exit code −15",
        ),
        meaning=(
            "REFUTED means that you can end a daemon as you end any child; PROVED would mean "
            "that a daemon needs kill()."
        ),
        surprise=(
            "In Unix a daemon is a service that outlives the process that started it, so "
            "a daemon process sounds protected. In multiprocessing the word means nearly the "
            "opposite: a child that is not to outlive its parent."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=daemon_question,
    ),
    Claim(
        id="A5",
        statement="terminate() ends a running child process",
        family="process",
        source="Python documentation, multiprocessing.Process.terminate",
        explanation=(
            "terminate() sends SIGTERM, which ends a Python process that has no handler for it on "
            "the spot: no finally clause and no exit handler runs, and what it held, a lock or "
            "half a message in a queue, stays as it was. Its exit code is −15."
        ),
        measured=(
            "A child that is no daemon is running, gets terminate(), is joined for 5 s at most, "
            "and its exit code is read."
        ),
        rule=behaviour.held_rule(
            "the child is alive before terminate(), and gone after it with exit code −15"
        ),
        meaning=(
            "PROVED means that terminate() stops a child that hangs, without any cleaning up on "
            "its side; REFUTED would mean that you need kill()."
        ),
        surprise=(
            "Threads cannot be ended from outside, and sys.exit() runs every finally clause on its "
            "way. Readers who know either may expect that a busy child has to agree to its end, or "
            "gets the chance to clean up."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=running_question,
    ),
)
