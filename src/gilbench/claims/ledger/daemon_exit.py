"""A4 and B25: when a daemon process ends with its parent, and when it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Experiment

# How long a daemon must still run after its parent was killed to count as outliving it, and how
# long a parent must wait for its child to count as waiting.
LIVES_ON_S, WAITS_S = 0.2, 0.1

CONDITIONS = (
    {"daemon": True, "killed": False},
    {"daemon": True, "killed": True, "patience_s": LIVES_ON_S},
    {"daemon": False, "killed": False, "patience_s": WAITS_S},
)
IN_ORDER, KILLED, NO_DAEMON = ((index,) for index in range(len(CONDITIONS)))


def ended_with_its_parent(trial: Trial) -> bool:
    """The parent returned by itself, and its daemon, which had run, was gone afterwards."""
    returned = trial["middle_exit_code"] == 0
    return bool(returned and trial["daemon_ran"] and not trial["daemon_alive_after"])


def ended_with_its_killed_parent(trial: Trial) -> bool:
    """The parent was killed, and its daemon was gone afterwards."""
    return bool(_parent_was_killed(trial) and not trial["daemon_alive_after"])


def outlived_its_killed_parent(trial: Trial) -> bool:
    """The parent was killed, and its daemon lived on."""
    return bool(_parent_was_killed(trial) and trial["daemon_alive_after"])


def was_waited_for(trial: Trial) -> bool:
    """The parent did not end while its child, which is no daemon, still ran."""
    return bool(trial["daemon_ran"] and trial["middle_exit_code"] is None)


def _parent_was_killed(trial: Trial) -> bool:
    return bool(trial["daemon_ran"] and trial["middle_exit_code"] not in (0, None))


def _experiment(setting: Setting) -> Experiment:
    return setting.trials("daemon-exit", *CONDITIONS, launch_s=2.2)


def in_order_question(setting: Setting) -> Question:
    experiment = _experiment(setting)
    waited = share(
        experiment, "parents that waited for a child that is no daemon", was_waited_for, NO_DAEMON
    )
    return behaviour.holds_in_every_trial(
        experiment,
        "daemon processes that were gone once their parent had returned",
        ended_with_its_parent,
        IN_ORDER,
        also=(waited,),
    )


def any_end_question(setting: Setting) -> Question:
    experiment = _experiment(setting)
    return behaviour.contradicted(
        share(
            experiment,
            "daemons that ended with a killed parent",
            ended_with_its_killed_parent,
            KILLED,
        ),
        share(
            experiment, "daemons that outlived a killed parent", outlived_its_killed_parent, KILLED
        ),
    )


CLAIMS = (
    Claim(
        id="A4",
        statement="A daemon process ends when its parent ends in order",
        family="process",
        source="Python documentation, multiprocessing.Process.daemon",
        explanation=(
            "When a process ends in order, multiprocessing's exit handler terminates its daemons, "
            "where it would wait for any other child. A parent that is killed runs no exit "
            "handler, and its daemons live on."
        ),
        measured=(
            "A parent starts a daemon that would run on, and returns from its last line; the "
            "daemon is looked for up to 5 s later, and a child that is no daemon is shown next to "
            "it."
        ),
        rule=behaviour.held_rule(
            "the parent returns with exit code 0, and its daemon, which was running, is gone "
            "within 5 s"
        ),
        meaning=(
            "PROVED means that a daemon needs no cleaning up where its parent ends in order; "
            "REFUTED would mean that daemons pile up."
        ),
        surprise=(
            "From what Unix calls a daemon one would expect it to stay when its parent ends, and "
            "an ordinary child to go. In multiprocessing it is the ordinary child that is waited "
            "for, and the daemon that is ended."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=in_order_question,
    ),
    Claim(
        id="B25",
        statement="A daemon process ends when its parent ends, however that ends",
        family="process",
        source=(
            "Python documentation, multiprocessing.Process.daemon: when a process exits, it "
            "attempts to terminate all of its daemonic child processes"
        ),
        explanation=(
            "It is the parent that ends its daemons, in an exit handler (A4). A parent that is "
            "killed by SIGKILL, as the kernel does where memory runs out, ends nothing: its daemon "
            "still runs 0.2 s later in every trial that refutes this."
        ),
        measured=(
            "A parent that has a running daemon is killed by SIGKILL, and the daemon is looked "
            f"for {LIVES_ON_S} s later."
        ),
        rule=behaviour.contradicted_rule(
            f"the daemon is gone {LIVES_ON_S} s after its parent was killed",
            "it lives on then",
        ),
        meaning=(
            "REFUTED means that a service whose parent may be killed has to look for its "
            "parent, or to be ended by whoever supervises it; PROVED would mean that daemons "
            "never stay behind."
        ),
        surprise=(
            "The rule is taught without its condition. Daemons that were left behind hold memory, "
            "ports and files, and nobody waits for them any more."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=any_end_question,
    ),
)
