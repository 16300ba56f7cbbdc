"""A1: a Process runs its task in a separate process, and join() waits for its end."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.model import Outcome

WORK_S = 0.02  # long enough for a join() that did not wait to return first


def ran_and_was_joined(trial: Trial) -> bool:
    """The child had its own pid, which the parent knew, and join() returned after its last act."""
    own_pid = trial["child_pid"] == trial["process_pid"] != trial["parent_pid"]
    if trial["joined_ns"] is None or trial["child_ended_ns"] is None:
        return False
    waited = trial["joined_ns"] >= trial["child_ended_ns"]
    return bool(own_pid and waited and trial["exit_code"] == 0)


def question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        setting.trials("process-life", {"work_s": WORK_S}),
        "processes with their own pid whose join() returned after their end",
        ran_and_was_joined,
    )


CLAIMS = (
    Claim(
        id="A1",
        statement=(
            "Process(target, args): the task runs in a process with its own pid, "
            "and join() waits for it"
        ),
        family="process",
        source="Python documentation, multiprocessing.Process: start() and join()",
        explanation=(
            "start() makes a new operating-system process that calls the target with its "
            "arguments; os.getpid() there differs from the parent's and equals Process.pid. join() "
            "blocks the parent until that process has ended. An exit code of 0 says that the "
            "target returned."
        ),
        measured=(
            "A child reports its own pid and when its task ended, and the parent compares both "
            "with Process.pid and with the moment at which join() returned."
        ),
        rule=behaviour.held_rule(
            "the child has a pid that is Process.pid and not its parent's, ends with exit "
            "code 0, and join() returns after its last act"
        ),
        meaning=(
            "PROVED means that you may rely on join() for the end of a task and on the pid to "
            "tell processes apart; REFUTED would mean that results read after join() may be "
            "missing."
        ),
        surprise=(
            "A Process has the start() and join() of a Thread, so one expects it to share its "
            "parent's memory as a thread does. It does not: what the task changes in a global of "
            "its process, the parent never sees."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
