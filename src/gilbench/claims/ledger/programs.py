"""A25 and A26: whole programs under each start method, with and without a ``__main__`` guard."""

from __future__ import annotations

from typing import Any

from gilbench import model
from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import TRIALS_A_LAUNCH, Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome

UNGUARDED = "five-processes"
CHILDREN = [0, 1, 2, 3, 4]

# What a program that works prints: the numbers of its children, and its results.
GUARDED: dict[str, tuple[list[int], str]] = {
    "process-subclass": ([0, 1, 2], ""),
    "pool-of-tasks": ([0, 1, 2, 3, 4, 5], "[0, 1, 4, 9, 16, 25]"),
    "queue-and-pipe": ([], "abcdef"),
    "locked-threads": ([], "40000"),
}


def started_its_five(trial: Trial) -> bool:
    """Five children in five processes, joined, and no exception printed."""
    printed = trial["children"] == CHILDREN and trial["pids"] == len(CHILDREN)
    return bool(printed and ended_in_order(trial))


def was_refused(trial: Trial) -> bool:
    """No child did its work, and a RuntimeError was printed."""
    return not trial["children"] and "RuntimeError" in trial["raised"]


def works(trial: Trial) -> bool:
    """The program printed what it is written to print, and ended in order."""
    children, results = GUARDED[trial["program"]]
    printed = trial["children"] == children and trial["results"] == results
    return bool(printed and ended_in_order(trial))


def ended_in_order(trial: Trial) -> bool:
    """The program reached its last line, printed no exception and gave 0."""
    return bool(trial["joined"] and not trial["raised"] and trial["exit_code"] == 0)


def _experiment(setting: Setting) -> model.Experiment:
    """The unguarded program under the target's start method, then each program under every method.

    The first decides A25, so it is tried more often.
    """
    conditions: list[dict[str, Any]] = [
        {"program": UNGUARDED, "method": "", "trials": TRIALS_A_LAUNCH}
    ]
    for program in (UNGUARDED, *GUARDED):
        for method in setting.target.description.start_methods:
            conditions.append({"program": program, "method": method, "trials": 1})
    return model.Experiment(
        setting.target.id, "programs", tuple(conditions), launch_s=2.0, counts_trials=True
    )


def unguarded_question(setting: Setting) -> Question:
    experiment = _experiment(setting)
    refused = []
    for index, method in enumerate(setting.target.description.start_methods, start=1):
        name = f"unguarded programs that ended in RuntimeError under {method}"
        refused.append(share(experiment, name, was_refused, (index,)))
    return behaviour.holds_in_every_trial(
        experiment,
        "unguarded programs whose five children did their work",
        started_its_five,
        also=tuple(refused),
    )


def guarded_question(setting: Setting) -> Question:
    experiment = _experiment(setting)
    first = 1 + len(setting.target.description.start_methods)
    return behaviour.holds_in_every_trial(
        experiment,
        "guarded programs that did as written under every start method",
        works,
        range(first, len(experiment.conditions)),
    )


def expected_of_unguarded(setting: Setting) -> Outcome:
    """Only a forked child does not run the program's file again."""
    forks = setting.target.description.start_method == "fork"
    return Outcome.PROVED if forks else Outcome.REFUTED


CLAIMS = (
    Claim(
        id="A25",
        statement=(
            "A program that starts five processes by the default method works without "
            "if __name__ == '__main__'"
        ),
        family="process",
        source=(
            "Python documentation, multiprocessing, programming guidelines: safe importing of main "
            "module; 3.14: forkserver is the default on Linux"
        ),
        explanation=(
            "A forked child continues inside the program, with its memory. One that is spawned or "
            "comes from a fork server first runs the program's file again to have its functions, "
            "and without the guard it would start five processes itself: multiprocessing stops it "
            "with a RuntimeError. On Linux the same file works up to 3.13, where fork is the "
            "default, and fails from 3.14 on."
        ),
        measured=(
            "A program of five processes without the guard runs as a file by itself, under the "
            "target's default start method."
        ),
        rule=behaviour.held_rule(
            "five children in five processes do their work, no exception is printed, and the "
            "program reaches its last line with exit code 0"
        ),
        meaning=(
            "PROVED means that your old scripts run as they are on this version and platform; "
            "REFUTED means that they need the guard here, and will on every platform that does "
            "not fork."
        ),
        surprise=(
            "Examples leave the guard out because they work, for their authors, on Linux. The file "
            "did not change when it fails: the platform did, or the version of Python."
        ),
        expected=expected_of_unguarded,
        question=unguarded_question,
    ),
    Claim(
        id="A26",
        statement=(
            "Four programs with the guard (subclass, Pool, Queue with Pipe, threads) work under "
            "every start method"
        ),
        family="process",
        source="Python documentation, multiprocessing: contexts and start methods",
        explanation=(
            "Whole programs, run as a user would run them, and not the probes of this ledger: a "
            "subclass of Process, tasks for a Pool, two writers and a reader on a Queue with the "
            "result through a Pipe, and threads under a Lock. Each prints what it is written to "
            "print, raises nothing and gives exit code 0, whatever starts its processes."
        ),
        measured=(
            "Four whole programs with the guard run as files by themselves under every start "
            "method, and what they print is compared with what they should."
        ),
        rule=behaviour.held_rule(
            "a program prints what it is written to print and no exception, and reaches its "
            "last line with exit code 0"
        ),
        meaning=(
            "PROVED means that a file with the guard and top-level functions needs no change "
            "for another start method; REFUTED would mean that it has to name one."
        ),
        surprise=(
            "The change of default in Python 3.14 sounds as if old programs had to be rewritten. "
            "Those whose classes and functions stand at the top of a file with a guard need no "
            "change, and a file that breaks is told apart by its first run."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=guarded_question,
    ),
)
