"""The target package under every interpreter of the machine from 3.8 up, free-threaded ones included."""

import pytest
from tests.contract.conftest import TIMEOUT_S, description
from tests.interpreters import every_version, find_or_skip

from gilbench.measure.launches import Launch
from gilbench.measure.targets import loading
from gilbench.model import InputError, Settings


@pytest.fixture
def other(version, target_bundle):
    """A launch of the interpreter of that version."""
    with Launch(find_or_skip(version), target_bundle) as opened:
        yield opened


@every_version
def test_everything_registered_runs(version, other, perform, subtests):
    """Every workload runs under every strategy with two workers, and they agree on the result."""
    described = other.ask("describe", TIMEOUT_S)
    runnable = [strategy for strategy in described["strategies"] if not strategy["missing"]]
    assert {strategy["name"] for strategy in runnable} >= {"serial", "thread", "process"}
    for workload in described["workloads"]:
        serial = perform(other, workload, "serial")
        for strategy in runnable:
            with subtests.test(workload=workload["name"], strategy=strategy["name"]):
                workers = 1 if strategy["one_worker"] else 2
                record = perform(other, workload, strategy["name"], workers=workers)
                assert record["tasks"] == 6
                assert record["checksum"] == serial["checksum"]


@every_version
def test_an_interpreter_says_what_it_is(version, other):
    """Version, build and GIL state are those of the interpreter that was asked for, and nothing registered is lost."""
    described = other.ask("describe", TIMEOUT_S)
    assert described["version"].startswith(version.rstrip("t"))
    assert described["free_threaded_build"] == version.endswith("t") != described["gil_enabled"]
    for kind in ("workloads", "strategies", "probes"):
        names = [entry["name"] for entry in described[kind]]
        assert names == [entry["name"] for entry in description()[kind]]


@every_version
def test_the_work_is_the_same_everywhere(version, other, perform, launch, subtests):
    """Every interpreter computes the result that this one does: two interpreters can be compared on it."""
    for workload in description()["workloads"]:
        with subtests.test(workload=workload["name"]):
            here = perform(launch, workload, "serial")
            assert perform(other, workload, "serial")["checksum"] == here["checksum"]


@every_version
def test_a_task_size_is_a_whole_number_of_steps(version, other, subtests):
    """A task size is a multiple of the workload's step on every interpreter."""
    for workload in description()["workloads"]:
        if workload["size_step"] and not workload["sized_as"]:
            with subtests.test(workload=workload["name"]):
                arguments = {"workload": workload["name"], "aim_ns": 200_000}
                size = other.ask("size tasks", TIMEOUT_S, **arguments)["size"]
                assert size > 0 and size % workload["size_step"] == 0


@pytest.mark.parametrize("settings", [Settings(), Settings(site=True)], ids=["plain", "site"])
@pytest.mark.parametrize("version", ["2.7", "3.6", "3.7"])
def test_an_interpreter_that_is_too_old_is_refused_in_one_line(version, settings, target_bundle):
    """Below 3.8 the answer is one line that says which versions can be measured, and no traceback.

    A setting, which a verb may have added, is not blamed for it."""
    executable = find_or_skip(version)
    with pytest.raises(
        InputError, match=r"cannot be measured: .*targets are CPython 3\.8 or later"
    ) as caught:
        loading.describe_target(executable, target_bundle, settings)
    assert "\n" not in str(caught.value) and "leave out" not in str(caught.value)
