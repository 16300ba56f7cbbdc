"""B12: how multiprocessing starts a process by default, by version and platform."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome


def held(trial: Trial) -> bool:
    """The method is the documented one, and a child inherits its parent's memory just if it was forked from it."""
    return bool(
        trial["start_method"] == trial["documented"] and trial["child_saw"] == (trial["start_method"] == "fork")
    )


def ask(setting: Setting) -> Question:
    experiment = setting.trials("start-method")
    forked = share(experiment, "children that inherited their parent's memory", lambda trial: bool(trial["child_saw"]))
    return behaviour.holds(experiment, "trials in which the documented method was the default", held, also=(forked,))


CLAIMS = (
    Claim(
        id="B12",
        statement="The default start method is spawn on macOS and Windows; elsewhere fork, and from 3.14 on forkserver",
        family="process",
        source="Python documentation, multiprocessing: contexts and start methods",
        explanation=(
            "A forked child starts as a copy of its parent and finds its memory there, locks held by other threads "
            "included, which is why fork is no longer the default. A fork server and a spawned process start clean and "
            "import what they need. What a child finds in a global that its parent had just set tells them apart."
        ),
        surprise=(
            "On Linux fork was the default from the first release of multiprocessing to Python 3.13, so that a child "
            "finds what its parent has set looked like the way it works. Under other start methods the same script "
            "finds its globals as the import leaves them."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask,
    ),
)
