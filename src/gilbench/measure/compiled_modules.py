"""Compiled modules are initialised whole: an interrupt waits until they are.

An exception amid the initialisation of a compiled module, as of one of SciPy's, may end Python by
SIGSEGV. This is at work before any library is imported, whichever verb needs it.
"""

from __future__ import annotations

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


def initialise_whole() -> None:
    """Have all compiled modules that are imported from now on initialised whole."""
    loaders = (
        (WholeExtensionLoader, EXTENSION_SUFFIXES),
        (SourceFileLoader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )
    sys.path_hooks.insert(0, FileFinder.path_hook(*loaders))
    sys.path_importer_cache.clear()  # of finders that were made before
