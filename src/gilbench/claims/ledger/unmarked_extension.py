"""B17: importing an extension that is not marked as free of the GIL switches it on."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome

LEFT_ALONE, TOLD_OFF = {"told": ""}, {"told": "0"}


def switched_on(trial: Trial) -> bool:
    """Off before, on after, and the interpreter's warning names the module."""
    if "failed" in trial:
        return False
    return not trial["gil_before"] and bool(trial["gil_after"]) and trial["blamed"] == [trial["imported"]]


def stayed_off(trial: Trial) -> bool:
    return "failed" not in trial and not trial["gil_before"] and not trial["gil_after"]


def ask(setting: Setting) -> Question | NotApplicable:
    if not setting.target.description.free_threaded_build:
        return NotApplicable("this build always has the GIL: nothing can switch it on")
    if setting.target.gil_enabled:
        return NotApplicable("this target has the GIL from the start: nothing can switch it on")
    experiment = setting.trials("unmarked-import", LEFT_ALONE, TOLD_OFF, launch_s=0.8)
    kept_off = share(experiment, "imports under PYTHON_GIL=0 that left it off", stayed_off, (1,))
    return behaviour.holds(
        experiment,
        "imports of an unmarked extension that switched the GIL on and were named for it",
        switched_on,
        also=(kept_off,),
    )


CLAIMS = (
    Claim(
        id="B17",
        statement="Importing an extension that is not marked as free of the GIL switches it on for the whole process",
        family="free-threading",
        source="PEP 703 and Python documentation, C API extension support for free threading: Py_mod_gil",
        explanation=(
            "An extension written before there were builds without the GIL may rely on it. So the interpreter switches "
            "it on, once and for all, when a module is loaded that does not say that it can do without, and warns "
            "which it was. One such dependency lets one thread at a time run again, as with the GIL. "
            "PYTHON_GIL=0 keeps it off regardless, at the user's risk: a target with gil=0 is measured so, and one "
            "without is an error that names the module as soon as the GIL is switched on."
        ),
        surprise=(
            "Who chooses a build without the GIL expects to be without it. One import, somewhere down the "
            "dependencies, may bring it back for threads that never call that module, and a warning is all there is to "
            "see."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask,
    ),
)
