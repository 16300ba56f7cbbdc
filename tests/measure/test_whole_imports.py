"""An interrupt amid the import of a library or a compiled module waits until that is over, whatever verb needs it."""

import builtins
import os
import subprocess
import sys
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from types import ModuleType

import pytest
from tests import journals

from gilbench.measure import whole_imports
from gilbench.measure.interrupts import Interrupts
from gilbench.measure.whole_imports import WholeExtensionLoader, WholeLibraryLoader, import_whole

PATIENCE_S = 120.0
# Python runs it before anything of gilbench: it has an interrupt come amid SciPy's first module.
INTERRUPTS_SCIPY = """
import _imp, os, signal, sys

initialise = _imp.exec_dynamic

def exec_dynamic(module):
    if module.__name__.startswith("scipy."):
        os.kill(os.getpid(), signal.SIGINT)
        print("initialising", module.__name__, file=sys.stderr)
    return initialise(module)

_imp.exec_dynamic = exec_dynamic
"""


USES_NUMPY = """
import _imp, os, signal
from gilbench.measure.interrupts import INTERRUPTS
from gilbench.measure.whole_imports import import_whole

initialise = _imp.exec_dynamic

def exec_dynamic(module):
    if module.__name__.startswith("numpy.") and not INTERRUPTS.has_come:
        os.kill(os.getpid(), signal.SIGINT)
    return initialise(module)

_imp.exec_dynamic = exec_dynamic
INTERRUPTS.install()
import_whole()
try:
    import numpy
except KeyboardInterrupt:
    print("interrupted")
import numpy as np
print(INTERRUPTS.has_come, np.percentile([1, 2, 3], 50))
"""


@pytest.mark.parametrize("stage", ["create_module", "exec_module"])
def test_an_interrupt_waits_until_the_module_is_initialised(monkeypatch, stage):
    """Of single-phase modules that is when they are created, of others when they are executed."""
    interrupts, initialised = Interrupts(), []

    def initialise(*_):
        interrupts._handle()  # as the signal would
        initialised.append(stage)

    monkeypatch.setattr(whole_imports, "INTERRUPTS", interrupts)
    monkeypatch.setattr(ExtensionFileLoader, stage, initialise)
    loader = WholeExtensionLoader("compiled", "compiled.so")
    with pytest.raises(KeyboardInterrupt):
        getattr(loader, stage)(ModuleSpec("compiled", loader))
    assert initialised == [stage]


@pytest.mark.parametrize(("library", "is_whole"), [("large", True), ("small", False)])
def test_an_interrupt_waits_until_a_library_is_imported(monkeypatch, tmp_path, library, is_whole):
    """Modules of large libraries are whole, with what they import; others end at once."""
    interrupts = Interrupts()
    monkeypatch.setattr(whole_imports, "INTERRUPTS", interrupts)
    monkeypatch.setattr(whole_imports, "LIBRARIES", {"large"})
    source = tmp_path / "part.py"
    source.write_text("interrupt()\nis_whole = True\n", encoding="utf-8")
    name = f"{library}.part"
    module = ModuleType(name)
    module.interrupt = interrupts._handle  # as the signal would
    with pytest.raises(KeyboardInterrupt):
        WholeLibraryLoader(name, str(source)).exec_module(module)
    assert hasattr(module, "is_whole") == is_whole


def test_a_library_that_was_imported_amid_an_interrupt_can_be_used(tmp_path):
    """A loader that raises has its module discarded, and NumPy cannot be imported a second time."""
    (tmp_path / "work.py").write_text(USES_NUMPY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "work.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.stdout.split() == ["interrupted", "True", "2.0"], done.stderr
    assert done.stderr == ""


def test_every_kind_of_module_has_a_loader(monkeypatch, tmp_path):
    """Those of byte code alone are loaded as ever."""
    monkeypatch.setattr(builtins, "__import__", builtins.__import__)
    monkeypatch.setattr(sys, "path_hooks", sys.path_hooks.copy())
    monkeypatch.setattr(sys, "path_importer_cache", {})
    import_whole()
    for name in (f"compiled{whole_imports.EXTENSION_SUFFIXES[0]}", "source.py", "bytes.pyc"):
        (tmp_path / name).touch()
    finder = sys.path_hooks[0](str(tmp_path))
    loaders = {}
    for name in ("compiled", "source", "bytes"):
        loaders[name] = type(finder.find_spec(name).loader).__name__
    assert loaders == {
        "compiled": "WholeExtensionLoader",
        "source": "WholeLibraryLoader",
        "bytes": "SourcelessFileLoader",
    }


@pytest.mark.parametrize("verb", ["report", "show", "check"])
def test_an_interrupt_amid_scipys_import_ends_every_verb_alike(tmp_path, verb):
    """It comes once, ends the verb with 130, and not before that module is there."""
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTS_SCIPY, encoding="utf-8")
    run = str(journals.unpack("glance-1", tmp_path / "results"))
    words = {
        "report": [run],
        "show": [run],
        "check": ["--baseline", run, run],
    }
    done = subprocess.run(
        [sys.executable, "-m", "gilbench", verb, *words[verb]],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 130, done.stderr
    *initialised, last = done.stderr.splitlines()
    assert last == "gilbench: interrupted"
    assert len(initialised) >= 1 and all(line.startswith("initialising") for line in initialised)
