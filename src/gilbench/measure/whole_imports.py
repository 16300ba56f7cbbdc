"""Libraries and compiled modules are imported whole: an interrupt waits until they are.

An exception amid the initialisation of a compiled module, as of one of SciPy's, may end Python by
SIGSEGV. A library of which half was imported cannot be imported again, and what was measured until
the interrupt would have no report. This is at work before any library is imported.
"""

from __future__ import annotations

import builtins
import sys
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
    SourcelessFileLoader,
)
from types import ModuleType

from gilbench.measure.interrupts import INTERRUPTS

TYPE_CHECKING = False  # type checkers take it for true; typing would be a moment without handlers
if TYPE_CHECKING:
    from typing import Any

LIBRARIES = {"numpy", "scipy", "pandas", "matplotlib"}
_import = builtins.__import__


class WholeExtensionLoader(ExtensionFileLoader):
    """Loads a compiled module, and puts interrupts off meanwhile."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Create the module; many are initialised here already."""
        with INTERRUPTS:
            return super().create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Initialise the module, with all that it imports."""
        with INTERRUPTS:
            super().exec_module(module)


class WholeLibraryLoader(SourceFileLoader):
    """Loads a module, and puts interrupts off meanwhile where it is part of a large library."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code, with all that it imports."""
        if module.__name__.partition(".")[0] not in LIBRARIES:
            super().exec_module(module)
            return
        with INTERRUPTS:
            super().exec_module(module)


def whole_import(name: str, *arguments: Any, **more: Any) -> Any:
    """``__import__`` that puts interrupts off until the import of a large library is over.

    Python discards a module whose loader raises, even at its end, and NumPy fails where it is
    imported a second time.
    """
    if name.partition(".")[0] not in LIBRARIES:
        return _import(name, *arguments, **more)
    with INTERRUPTS:
        return _import(name, *arguments, **more)


def import_whole() -> None:
    """Have the libraries and compiled modules that are imported from now on imported whole."""
    builtins.__import__ = whole_import
    loaders = (
        (WholeExtensionLoader, EXTENSION_SUFFIXES),
        (WholeLibraryLoader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )
    sys.path_hooks.insert(0, FileFinder.path_hook(*loaders))
    sys.path_importer_cache.clear()  # of finders that were made before
