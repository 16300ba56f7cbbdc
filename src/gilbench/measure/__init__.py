"""Measuring: launches of targets, pairs of rounds, the cores meanwhile.

It writes the journal and judges nothing. The function ``gilbench.measure`` has the name of this
folder, which can therefore be called.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False  # type checkers take it for true; typing would be an import
if TYPE_CHECKING:
    from typing import Any


class CallablePackage(ModuleType):
    """This folder as a module, which passes calls on to the function."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Measure what ways to run a function gain: see ``gilbench.api.measuring.measure``."""
        # By its name, since it is in a layer above
        return import_module("gilbench.api.measuring").measure(*args, **kwargs)


sys.modules[__name__].__class__ = CallablePackage
