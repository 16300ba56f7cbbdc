"""The target package is a world of its own: the standard library and itself, in the language of Python 3.8."""

import ast
import sys
import sysconfig
from pathlib import Path

import pytest
from tests.interpreters import every_version, find_or_skip

import gilbench
from gilbench.measure.launches import Launch, MeasurementError

PACKAGE = Path(gilbench.__file__).parent
SOURCES = sorted((PACKAGE / "target").rglob("*.py"))
FOREIGN = [
    "numpy",
    "pandas",
    "scipy",
    "psutil",
    "matplotlib",
    "pytest",
    "msgspec",
    "jinja2",
    "rich",
    "hypothesis",
]
TIMEOUT_S = 120.0


def imported(tree: ast.AST) -> set[str]:
    """The full names that a source imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "an import says its whole name"
            names.add(node.module or "")
    return names


def allowed(name: str) -> bool:
    return name.split(".", 1)[0] in sys.stdlib_module_names or f"{name}.".startswith(
        "gilbench.target."
    )


def test_every_source_is_python_3_8(subtests):
    """No syntax that CPython 3.8 does not know."""
    for source in SOURCES:
        with subtests.test(source=str(source.relative_to(PACKAGE))):
            ast.parse(source.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_every_source_imports_the_standard_library_and_the_package_only(subtests):
    """Nothing from outside reaches the interpreter under test, and nothing of the parent side."""
    for source in SOURCES:
        with subtests.test(source=str(source.relative_to(PACKAGE))):
            tree = ast.parse(source.read_text(encoding="utf-8"))
            assert not [name for name in imported(tree) if not allowed(name)]


def test_the_check_of_imports_can_fail():
    """The rule above does catch what it is there for."""
    tree = ast.parse(
        "import numpy\ndef f():\n    from gilbench.model import Run\n    import gilbench.target.rounds, json"
    )
    assert {name for name in imported(tree) if not allowed(name)} == {"numpy", "gilbench.model"}


@pytest.fixture
def worked(target_bundle):
    """The modules of a launch of this interpreter after it has described itself and worked, name → file."""
    with Launch(sys.executable, target_bundle) as launch:
        description = launch.ask("describe", TIMEOUT_S)
        for strategy in (entry for entry in description["strategies"] if not entry["missing"]):
            place = {"workers": 1, "tasks": 2, "params": {"delay_s": 0.0}}
            launch.ask("round", TIMEOUT_S, workload="sleep", strategy=strategy["name"], **place)
        return launch.ask("modules", TIMEOUT_S)["modules"]


def test_a_launch_holds_nothing_foreign(worked):
    """After all kinds of work, no package of the parent's is loaded: nothing that wants the GIL or holds memory."""
    assert not {name.split(".")[0] for name in worked} & set(FOREIGN)


def test_a_launch_holds_the_standard_library_and_the_package_only(worked, target_bundle):
    """Every module of a launch is of the standard library, by its name and file, or of the target bundle."""
    library = [Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")]
    for name, file in worked.items():
        top = name.split(".")[0]
        if top in ("gilbench", "__main__", "__mp_main__"):
            assert file is not None and Path(file).is_relative_to(target_bundle), name
            continue
        assert top in sys.stdlib_module_names or top.startswith("_sysconfigdata"), name
        if file is not None:
            path = Path(file).resolve()
            assert any(path.is_relative_to(place) for place in library), name
            assert "site-packages" not in path.parts, name


@every_version
def test_no_interpreter_sees_its_site_packages(version, target_bundle):
    """Whatever is installed for an interpreter, its launches do not see it, and so do not pay for it."""
    with Launch(find_or_skip(version), target_bundle) as launch:
        modules = launch.ask("modules", TIMEOUT_S)["modules"]
    assert not [
        file
        for file in modules.values()
        if file and ("site-packages" in file or "dist-packages" in file)
    ]
    assert "site" not in modules


def test_a_launch_loads_no_more_than_its_request_needs(target_bundle):
    """Before it is asked for a strategy, a launch has loaded no strategy, no workload and no multiprocessing."""
    with Launch(sys.executable, target_bundle) as launch:
        fresh = set(launch.ask("modules", TIMEOUT_S)["modules"])
        launch.ask(
            "round",
            TIMEOUT_S,
            workload="fnv1a",
            strategy="serial",
            workers=1,
            tasks=1,
            params={"size": 256},
        )
        after = {
            name
            for name in launch.ask("modules", TIMEOUT_S)["modules"]
            if name.startswith("gilbench.target.")
        }
    assert "multiprocessing" not in fresh and "asyncio" not in fresh
    assert {name for name in after if name.count(".") == 3} == {
        "gilbench.target.workloads.fnv1a",
        "gilbench.target.strategies.serial",
    }


def test_a_workload_can_be_loaded_before_its_first_round(target_bundle):
    """Its own file and no more; a name that there is none of fails as it would in a round."""
    with Launch(sys.executable, target_bundle) as launch:
        launch.ask("load", TIMEOUT_S, workload="fnv1a")
        after = {
            name
            for name in launch.ask("modules", TIMEOUT_S)["modules"]
            if name.startswith("gilbench.target.")
        }
        with pytest.raises(MeasurementError, match="unknown workload 'nothing'"):
            launch.ask("load", TIMEOUT_S, workload="nothing")
    assert {name for name in after if name.count(".") == 3} == {"gilbench.target.workloads.fnv1a"}
