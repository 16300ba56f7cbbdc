"""The state of the GIL: whether it is enabled in this interpreter, and which import enabled it."""

import re
import sys
import warnings
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List

LOADED = re.compile(r"GIL\) has been enabled to load module '([^']+)'")

culprits: List[str] = []
# Looked up once: a missing attribute raises an exception, for which a forked worker copies a dozen
# pages.
_has_gil: Callable[[], bool] = getattr(sys, "_is_gil_enabled", lambda: True)
_watching = False


class GilChanged(Exception):
    """The GIL was enabled or disabled during a measurement; the message says by what."""


def enabled() -> bool:
    """Whether the GIL is enabled; before 3.13 it always is."""
    return bool(_has_gil())


def is_a_setting() -> bool:
    """Whether this build can run without the GIL, so that a launch may enable or disable it."""
    import sysconfig  # here: processes that are started within a timed round import this module

    return bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def watch() -> None:
    """Record the modules for which this interpreter warns that it enabled the GIL to load them.

    Each process and each interpreter that works calls this; only the first call has an effect.
    """
    global _watching
    if _watching:
        return
    _watching = True
    show = warnings.showwarning

    def note(message: Any, *details: Any, **more: Any) -> None:
        module = LOADED.search(str(message))
        if module:
            culprits.append(module.group(1))
        show(message, *details, **more)

    warnings.showwarning = note
    warnings.filterwarnings(
        "always", message=".*has been enabled to load module", category=RuntimeWarning
    )


def change(before: bool) -> str:
    """Describe how the GIL changed.

    Args:
        before: Whether it was enabled.

    Returns:
        A clause that names the import that changed it, if that is known; "" if nothing changed.
    """
    now = enabled()
    if now == before:
        return ""
    clause = "the GIL was switched {}".format("on" if now else "off")
    if culprits:
        clause += " by importing {}, which is not marked as free of it".format(", ".join(culprits))
    return clause


@contextmanager
def unchanged() -> Iterator[None]:
    """Raise GilChanged on leaving if the GIL was enabled or disabled inside the block.

    What was measured there does not count.
    """
    before = enabled()
    yield
    changed = change(before)
    if changed:
        raise GilChanged("{}; what was measured does not count".format(changed))
