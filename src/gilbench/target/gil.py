"""The state of the GIL as a fact: whether this interpreter has it now, and which import switched it on."""

import re
import sys
import warnings
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List

LOADED = re.compile(r"GIL\) has been enabled to load module '([^']+)'")

culprits: List[str] = []
# Looked up once: an attribute that is missed makes an exception, for which a forked worker copies a dozen pages.
_has_gil: Callable[[], bool] = getattr(sys, "_is_gil_enabled", lambda: True)
_watching = False


class GilChanged(Exception):
    """The GIL was switched on or off in the middle of a measurement; the message says by what."""


def enabled() -> bool:
    """Always true before 3.13, which cannot do without."""
    return bool(_has_gil())


def is_a_setting() -> bool:
    """Whether this build can do without, so that it matters what a process was told."""
    import sysconfig  # not above: every process that is started reads this module, on the clock

    return bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def watch() -> None:
    """Note the modules of which this interpreter warns that it switched the GIL on to load them; once is enough, in
    every process and interpreter that works."""
    global _watching
    if _watching:
        return
    _watching = True
    show = warnings.showwarning

    def note(message: Any, *details: Any, **more: Any) -> None:
        found = LOADED.search(str(message))
        if found:
            culprits.append(found.group(1))
        show(message, *details, **more)

    warnings.showwarning = note
    warnings.filterwarnings("always", message=".*has been enabled to load module", category=RuntimeWarning)


def change(before: bool) -> str:
    """What switched the GIL since it was ``before``, in words; empty where it is as it was."""
    now = enabled()
    if now == before:
        return ""
    by = " by importing {}, which is not marked as free of it".format(", ".join(culprits)) if culprits else ""
    return "the GIL was switched {}{}".format("on" if now else "off", by)


@contextmanager
def unchanged() -> Iterator[None]:
    """Raises GilChanged if the GIL was switched meanwhile: what was measured does not count."""
    before = enabled()
    yield
    changed = change(before)
    if changed:
        raise GilChanged("{}; what was measured does not count".format(changed))
