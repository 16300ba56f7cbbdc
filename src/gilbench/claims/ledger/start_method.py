"""B12: how multiprocessing starts a process by default, by version and platform."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome


def has_the_documented_default(trial: Trial) -> bool:
    """The method is the documented one, and a child inherits memory exactly when it was forked."""
    forked = trial["start_method"] == "fork"
    documented = trial["start_method"] == trial["documented"]
    return bool(documented and trial["child_saw"] == forked)


def inherited_memory(trial: Trial) -> bool:
    return bool(trial["child_saw"])


def question(setting: Setting) -> Question:
    experiment = setting.trials("start-method")
    inherited = share(experiment, "children that inherited their parent's memory", inherited_memory)
    return behaviour.holds_in_every_trial(
        experiment,
        "trials in which the documented method was the default",
        has_the_documented_default,
        also=(inherited,),
    )


CLAIMS = (
    Claim(
        id="B12",
        statement=(
            "The default start method is the documented one: spawn on macOS and Windows, "
            "elsewhere fork, and from 3.14 on forkserver"
        ),
        family="process",
        source="Python documentation, multiprocessing: contexts and start methods",
        explanation=(
            "A forked child starts as a copy of its parent and finds its memory there, locks held "
            "by other threads included, which is why fork is no longer the default. A fork server "
            "and a spawned process start clean and import what they need. What a child finds in a "
            "global that its parent had just set shows which it was."
        ),
        measured=(
            "On this platform and version the start method is asked for, and a child reports "
            "whether it sees a global that its parent had just set."
        ),
        rule=behaviour.held_rule(
            "the default is the method that is documented for this version and platform, and "
            "the child sees what its parent set exactly if it was forked"
        ),
        meaning=(
            "PROVED means that a program which relies on inherited globals works under fork "
            "only, which is not the default everywhere; REFUTED would mean that somebody has "
            "set another method."
        ),
        surprise=(
            "On Linux fork was the default from the first release of multiprocessing to Python "
            "3.13, so that a child finds what its parent has set looked like the way it works. "
            "Under other start methods the same script finds its globals as the import leaves them."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
