"""A3 and A5: terminate() ends a running process, a daemon as well as any other."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Experiment, Outcome

DAEMON, PLAIN = (0,), (1,)
SIGTERM_EXIT = -15


def experiment(setting: Setting) -> Experiment:
    return setting.trials("terminate", {"daemon": True}, {"daemon": False})


def ended(trial: Trial) -> bool:
    """It ran, and terminate() ended it by the signal that it sends."""
    return bool(trial["alive_before"] and not trial["alive_after"] and trial["exit_code"] == SIGTERM_EXIT)


def survived(trial: Trial) -> bool:
    return bool(trial["alive_before"] and trial["alive_after"])


def ask_daemon(setting: Setting) -> Question:
    asked = experiment(setting)
    return behaviour.contradicted(
        believed=share(asked, "daemon processes that outlived terminate()", survived, DAEMON),
        contrary=share(asked, "daemon processes that terminate() ended with exit code −15", ended, DAEMON),
    )


def ask_plain(setting: Setting) -> Question:
    name = "running processes that terminate() ended with exit code −15"
    return behaviour.holds(experiment(setting), name, ended, PLAIN)


CLAIMS = (
    Claim(
        id="A3",
        statement="A daemon process cannot be terminated",
        family="process",
        source="Python documentation, multiprocessing.Process: terminate(), daemon",
        explanation=(
            "It can. The daemon flag says what becomes of the process when its parent ends, and that it may have no "
            "children of its own; it gives no protection. terminate() sends SIGTERM to a daemon as to any other "
            "process, and its exit code is then −15, the negative number of that signal."
        ),
        surprise=(
            "In Unix a daemon is a service that goes on whatever becomes of whoever started it, so a daemon process "
            "sounds protected. In multiprocessing the word means nearly the opposite: a child that is not to outlive "
            "its parent."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=ask_daemon,
    ),
    Claim(
        id="A5",
        statement="terminate() ends a running child process",
        family="process",
        source="Python documentation, multiprocessing.Process.terminate",
        explanation=(
            "terminate() sends SIGTERM, which ends a Python process on the spot: no finally clause and no exit handler "
            "runs, and what it held, a lock or half a message in a queue, stays as it was. Its exit code is −15."
        ),
        surprise=(
            "Threads cannot be ended from outside, and sys.exit() runs every finally clause on its way. Who knows "
            "either may expect that a busy child has to agree to its end, or gets the chance to tidy up."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask_plain,
    ),
)
