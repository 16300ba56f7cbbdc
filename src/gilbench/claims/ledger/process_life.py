"""A1: tasks of a Process run in a process of their own, and join() waits for its end."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.model import Outcome


def held(trial: Trial) -> bool:
    """A pid of its own, the one that the parent was told, and a join that returned after the child's last act."""
    own = trial["child_pid"] == trial["process_pid"] != trial["parent_pid"]
    waited = trial["joined_ns"] is not None and trial["child_ended_ns"] is not None
    return bool(own and waited and trial["joined_ns"] >= trial["child_ended_ns"] and trial["exit_code"] == 0)


def ask(setting: Setting) -> Question:
    experiment = setting.trials("process-life", {"work_s": 0.02})
    return behaviour.holds(experiment, "processes with a pid of their own whose join() returned after their end", held)


CLAIMS = (
    Claim(
        id="A1",
        statement="Process(target, args): the task runs in a process with a pid of its own, and join() waits for it",
        family="process",
        source="Python documentation, multiprocessing.Process: start() and join()",
        explanation=(
            "start() makes a new operating-system process that calls the target with its arguments; os.getpid() there "
            "differs from the parent's and equals Process.pid. join() blocks the parent until that process has ended. "
            "An exit code of 0 says that the target returned."
        ),
        surprise=(
            "A Process has the start() and join() of a Thread, so one expects it to share its parent's memory as a "
            "thread does. It does not: what the task changes in a global of its own process, the parent never sees."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask,
    ),
)
