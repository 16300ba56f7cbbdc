"""The GIL as a fact, on a real free-threaded build: whoever switches it on is named, a setting that does not reach a
process is found out, and nothing that was measured so is kept."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from tests.interpreters import find_or_skip

from gilbench.measure.bundle import TARGET_VARIABLE
from gilbench.measure.items import open_measurement
from gilbench.measure.launches import Launch, MeasurementError
from gilbench.measure.session import Session
from gilbench.measure.targets import loading
from gilbench.model import Case, Comparison, Effort, PlannedItem, Round, Settings

THREADED = "3.14t"
TIMEOUT_S = 120.0
UNMARKED = "_testmultiphase_null_slots"
IMPORTING = """
    import importlib.util
    def task(index, params):
        if sys._is_gil_enabled() or index < {first}:
            return 1
        shipped = importlib.util.find_spec("_testmultiphase").origin
        importlib.util.module_from_spec(importlib.util.spec_from_file_location("{name}", shipped))
        return 1
""".replace("{name}", UNMARKED)
FORGETTING = """
    os.environ.pop("PYTHON_GIL", None)
    def task(index, params):
        return 1
"""
EXTENSION = """
    #include <Python.h>
    static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "of_the_test", NULL, 0, NULL};
    PyMODINIT_FUNC PyInit_of_the_test(void) { return PyModuleDef_Init(&module); }
"""


@pytest.fixture
def threaded():
    """The free-threaded build; the test is skipped where there is none."""
    return find_or_skip(THREADED)


@pytest.fixture
def measured(threaded, workload_bundle, monkeypatch):
    """Really measure one pair of the custom workload on the free-threaded build: the error, and the rounds kept."""

    def measure(source, spec, strategy, tasks=4):
        target_bundle = workload_bundle(source)
        monkeypatch.setenv(TARGET_VARIABLE, str(target_bundle / "gilbench" / "target"))
        with Session(seed=0) as session:
            (target,), problems = loading.load_targets([f"{threaded}{spec}"], session.target_bundle)
            assert problems == ()
            session.targets[target.id] = target
            records = []
            session.listeners.append(records.append)
            workers = 1 if strategy == "serial" else 2
            case = Case(target.id, "custom", strategy, workers)
            measurement = open_measurement(
                session, PlannedItem(Comparison(case, case, tasks), Effort((1,), 1))
            )
            try:
                measurement.run_launch()
            except MeasurementError as error:
                return str(error), [record for record in records if isinstance(record, Round)]
            return None, [record for record in records if isinstance(record, Round)]

    return measure


@pytest.mark.parametrize("strategy", ["serial", "thread", "thread-pool"])
def test_an_import_that_switches_the_gil_on_is_named(measured, strategy):
    """In the launch itself: the round is an error with the module's name, and no row."""
    error, kept = measured(IMPORTING.replace("{first}", "0"), "", strategy)
    assert (
        f"the GIL was switched on by importing {UNMARKED}, which is not marked as free of it"
        in error
    )
    assert kept == []


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
@pytest.mark.parametrize("strategy", ["process", "pool", "process-pool"])
def test_an_import_in_a_child_is_named_too(measured, method, strategy):
    """In a process that the launch started, by whichever method; and where only its last task imports it."""
    error, kept = measured(IMPORTING.replace("{first}", "3"), f",start-method={method}", strategy)
    assert (
        "ran with the GIL enabled, but" in error
        and f"it imported {UNMARKED}, which is not marked" in error
    )
    assert kept == []


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_a_setting_that_does_not_reach_a_child_is_an_error(measured, method):
    """A child that was not told of ``gil=1`` runs without: its round does not pass for one with the GIL."""
    error, kept = measured(FORGETTING, f",gil=1,start-method={method}", "process")
    assert (
        "ran with the GIL disabled, but" in error
        and "the setting did not reach that process" in error
    )
    assert kept == []


@pytest.mark.parametrize("gil", [0, 1])
@pytest.mark.parametrize("strategy", ["thread", "process", "interpreter", "interpreter-pool"])
def test_the_state_of_every_worker_is_recorded(measured, gil, strategy):
    """Before and after, in threads, processes and interpreters: what the target says."""
    error, kept = measured("def task(index, params):\n    return 1\n", f",gil={gil}", strategy)
    assert error is None and len(kept) == 4
    for record in kept:
        states = {(record.gil_before, record.gil_after)}
        states.update((worker.gil_before, worker.gil) for worker in record.workers)
        assert states == {(bool(gil), bool(gil))}


def test_gil_0_keeps_it_off_whatever_is_imported(measured):
    """That is what the setting asks of the interpreter."""
    error, kept = measured(IMPORTING.replace("{first}", "0"), ",gil=0", "thread")
    assert error is None and kept
    for record in kept:
        assert not any(worker.gil for worker in record.workers)


@pytest.fixture
def extension(threaded, tmp_path):
    """A folder with an extension that says nothing of the GIL, compiled for the free-threaded build."""
    compiler = shutil.which("cc")
    code = "import sysconfig; print(sysconfig.get_path('include'), sysconfig.get_config_var('EXT_SUFFIX'))"
    include, suffix = subprocess.run(
        [threaded, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    if compiler is None or not (Path(include) / "Python.h").is_file():
        pytest.skip("no C compiler, or no headers of the free-threaded build")
    (tmp_path / "source.c").write_text(EXTENSION)
    made = tmp_path / f"of_the_test{suffix}"
    command = [
        compiler,
        "-shared",
        "-fPIC",
        "-I",
        include,
        str(tmp_path / "source.c"),
        "-o",
        str(made),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return tmp_path


def test_an_extension_of_ones_own_is_named(threaded, workload_bundle, extension):
    """Not only what CPython ships: any extension that does not say that it can do without the GIL."""
    source = f"def task(index, params):\n    sys.path.insert(0, {str(extension)!r})\n    import of_the_test\n    return 1\n"
    job = {"workload": "custom", "params": {}, "strategy": "serial", "workers": 1, "tasks": 1}
    with Launch(threaded, workload_bundle(source), Settings()) as launch:
        launch.set_up(TIMEOUT_S)
        with pytest.raises(
            MeasurementError, match="switched on by importing of_the_test, which is not marked"
        ):
            launch.ask("round", TIMEOUT_S, **job)


def test_a_probe_that_switches_the_gil_on_is_an_error(threaded, bundle_with):
    """What it observed is not kept either."""
    source = """
        from gilbench.target.probes import unmarked_import
        from gilbench.target.registry import Probe
        PROBE = Probe(name="custom", summary="a test", run=lambda params: unmarked_import.look(), limit_s=5)
    """
    with Launch(threaded, bundle_with({"probes/custom.py": source}), Settings()) as launch:
        launch.set_up(TIMEOUT_S)
        with pytest.raises(MeasurementError, match=f"switched on by importing {UNMARKED}"):
            launch.ask("probe", TIMEOUT_S, probe="custom", params={})


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_a_setting_that_does_not_reach_what_a_probe_starts_is_an_error(
    threaded, bundle_with, method
):
    """The processes of a probe are not workers of a round, and are found out all the same."""
    source = """
        import os
        from gilbench.target.registry import Probe
        PROBE = Probe(name="custom", summary="a test", run=lambda params: {"told": os.environ.pop("PYTHON_GIL", "")},
                      limit_s=5)
    """
    settings = Settings(gil=True, start_method=method)
    with Launch(threaded, bundle_with({"probes/custom.py": source}), settings) as launch:
        launch.set_up(TIMEOUT_S)
        with pytest.raises(
            MeasurementError, match="a process that the launch started ran with the GIL off"
        ):
            launch.ask("probe", TIMEOUT_S, probe="custom", params={})


@pytest.mark.parametrize("told", ["", "0", "1"])
def test_the_probe_of_unmarked_extensions_leaves_its_launch_alone(threaded, target_bundle, told):
    """It sees the GIL switched on in a process that is told nothing of it, and stays as it is itself."""
    with Launch(threaded, target_bundle, Settings()) as launch:
        launch.set_up(TIMEOUT_S)
        (observed,) = launch.ask(
            "probe", TIMEOUT_S, probe="unmarked-import", params={"told": told, "trials": 1}
        )["trials"]
        assert observed["gil_before"] is (told == "1") and observed["gil_after"] is (told != "0")
        assert observed["blamed"] == ([] if told else [UNMARKED])
        assert launch.ask("describe", TIMEOUT_S)["gil_enabled"] is False


def test_a_build_with_the_gil_says_that_nothing_can_switch_it_on(target_bundle):
    """There the probe is not asked for."""
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        pytest.skip("this is a build without the GIL")
    from gilbench.target.probes import unmarked_import

    assert unmarked_import.missing() == "this build always has the GIL: nothing can switch it on"
