"""A4: a daemon process ends when its parent exits normally."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.model import Outcome


def ended_with_its_parent(trial: Trial) -> bool:
    """The parent returned by itself, and its daemon was gone afterwards."""
    returned = trial["middle_exit_code"] == 0
    return returned and trial["daemon_pid"] is not None and not trial["daemon_alive_after"]


def question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        setting.trials("daemon-exit", {"daemon": True}),
        "daemon processes that were gone once their parent had returned",
        ended_with_its_parent,
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
        surprise=(
            "From what Unix calls a daemon one would expect it to stay when its parent ends, and "
            "an ordinary child to go. In multiprocessing it is the ordinary child that is waited "
            "for, and the daemon that is ended."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
