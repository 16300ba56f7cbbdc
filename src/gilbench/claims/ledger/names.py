"""A22: names and pids of processes and threads, from inside and outside."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.model import Outcome

MAIN_THREAD = "MainThread"


def knows_itself(trial: Trial) -> bool:
    """Starter and child agree on name and pid, and so do a thread and its starter on its name."""
    process_names = {trial["process_name"], trial["child_name"]}
    pids = {trial["process_pid"], trial["child_current_pid"], trial["child_pid"]}
    process_agrees = process_names == {trial["given"]} and len(pids) == 1
    was_unborn = trial["pid_before"] is None
    is_another = trial["child_pid"] != trial["own_pid"]
    thread_names = {trial["thread_given"], trial["thread_name"]}
    thread_agrees = thread_names == {trial["given"]} and trial["child_thread"] == MAIN_THREAD
    same_process = trial["process_of_thread"] == trial["own_process"]
    return process_agrees and was_unborn and is_another and thread_agrees and same_process


def question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        setting.trials("names"),
        "children and threads that bore their given name, and children their own pid",
        knows_itself,
    )


CLAIMS = (
    Claim(
        id="A22",
        statement=(
            "Process.name and pid are what the child sees as current_process(); "
            "a thread sees its name as current_thread()"
        ),
        family="process",
        source=(
            "Python documentation, multiprocessing.Process.name, pid, current_process(); "
            "threading.current_thread()"
        ),
        explanation=(
            "A name is given by the constructor and travels to the child; the pid is None until "
            "start() and then what os.getpid() says in the child. The child's only thread is its "
            "MainThread, whatever its process is called, and a thread that is started sees the "
            "name it was given and the process of its starter."
        ),
        measured=(
            "A process and a thread get a name, and starter and started each report names and "
            "pids as they see them."
        ),
        rule=behaviour.held_rule(
            "starter and child agree on the given name and on the pid, which is None before "
            "start(), the child's thread is MainThread, and a thread sees its given name and its "
            "starter's process"
        ),
        meaning=(
            "PROVED means that you can tell the lines of a log apart by name and pid; REFUTED "
            "would mean that they may be another's."
        ),
        surprise=(
            "Process and Thread share their interface, so it is easy to read a log by names alone. "
            "In a child the current thread is the main one again, and two processes may have the "
            "same name: only the pid says which process wrote a line."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
