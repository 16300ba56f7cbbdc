"""B17: importing an extension that is not marked as free of the GIL enables the GIL."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome

# Conditions: PYTHON_GIL unset, and PYTHON_GIL=0.
UNSET, OFF = {"told": ""}, {"told": "0"}
UNDER_OFF = (1,)  # index of the condition


def was_imported(trial: Trial) -> bool:
    """A process that ended before says nothing of the GIL."""
    return "failed" not in trial


def switched_on(trial: Trial) -> bool:
    """The GIL was off before and on after, and the interpreter's warning names the module."""
    enabled = not trial["gil_before"] and trial["gil_after"]
    return bool(enabled and trial["blamed"] == [trial["imported"]])


def stayed_off(trial: Trial) -> bool:
    return not trial["gil_before"] and not trial["gil_after"]


def question(setting: Setting) -> Question | NotApplicable:
    if not setting.target.description.free_threaded_build:
        return NotApplicable("this build always has the GIL: nothing can switch it on")
    if setting.target.gil_enabled:
        return NotApplicable("this target has the GIL from the start: nothing can switch it on")
    experiment = setting.trials("unmarked-import", UNSET, OFF, launch_s=0.8)
    name = "imports under PYTHON_GIL=0 that left it off"
    kept_off = share(experiment, name, stayed_off, UNDER_OFF, was_imported)
    return behaviour.holds_in_every_trial(
        experiment,
        "imports of an unmarked extension that switched the GIL on and were named for it",
        switched_on,
        also=(kept_off,),
        counts=was_imported,
    )


CLAIMS = (
    Claim(
        id="B17",
        statement=(
            "Importing an extension that is not marked as free of the GIL switches it on for the "
            "whole process"
        ),
        family="free-threading",
        source=(
            "PEP 703 and Python documentation, C API extension support for free threading: "
            "Py_mod_gil"
        ),
        explanation=(
            "An extension written before there were builds without the GIL may rely on it. So when "
            "a module is loaded that does not declare that it can do without, the interpreter "
            "enables the GIL for the rest of the process and warns which module it was. With one "
            "such dependency one thread at a time runs again, as with the GIL. PYTHON_GIL=0 keeps "
            "it off regardless, at the user's risk: a target with gil=0 is measured so, and one "
            "without is an error that names the module as soon as the GIL is enabled."
        ),
        measured=(
            "An extension module that does not declare itself free of the GIL is imported in a "
            "fresh process, with PYTHON_GIL unset and with PYTHON_GIL=0."
        ),
        rule=behaviour.held_rule(
            "with PYTHON_GIL unset the GIL is off before the import and on after it, and the "
            "interpreter's warning names the module"
        ),
        meaning=(
            "PROVED means that you check sys._is_gil_enabled() after your imports, since one "
            "old dependency brings the lock back; REFUTED would mean that such a module runs "
            "without it."
        ),
        surprise=(
            "Users who choose a build without the GIL expect to be without it. One import, "
            "somewhere down the dependencies, may bring it back for threads that never call that "
            "module, and a warning is all there is to see."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
