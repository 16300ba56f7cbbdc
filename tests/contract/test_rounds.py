"""Every registered workload under every registered strategy, in a real launch."""

import sys

import pytest
from tests.contract.conftest import description

TASKS = 6
LEVELS = (1, 2, 3)


def level_of(strategy, workers):
    return 1 if strategy["one_worker"] else workers


def levels_of(strategy):
    """The numbers of workers that a strategy can be run with."""
    return sorted({level_of(strategy, workers) for workers in LEVELS})


@pytest.fixture
def runnable(strategy):
    """A strategy that this interpreter can run."""
    if strategy["missing"]:
        pytest.skip(strategy["missing"])
    return strategy


def test_a_round_has_the_serial_result_and_adds_up(launch, perform, runnable, subtests):
    """All tasks are done, the checksum is the serial one, and the phases are the round, without gap or overlap."""
    for workload in description()["workloads"]:
        serial = perform(launch, workload, "serial", tasks=TASKS)
        for workers in levels_of(runnable):
            with subtests.test(workload=workload["name"], workers=workers):
                record = perform(launch, workload, runnable["name"], workers=workers, tasks=TASKS)
                assert record["checksum"] == serial["checksum"] != 0
                assert record["tasks"] == TASKS == sum(log["tasks"] for log in record["workers"])
                phases_ns = [record["launch_ns"], record["compute_ns"], record["join_ns"]]
                assert sum(phases_ns) == record["wall_ns"] > 0
                assert min(phases_ns) >= 0
                assert_workers_lived_where_they_should(record, launch.pid, runnable, workers)


def assert_workers_lived_where_they_should(record, launch_pid, strategy, workers):
    """Every worker worked within the round, where its strategy says that workers live."""
    logs = record["workers"]
    assert 1 <= len(logs) <= workers
    if not strategy["name"].endswith("pool"):  # a pool may leave a worker without a task
        assert len(logs) == workers
        assert all(log["tasks"] == TASKS // workers for log in logs)
    end_ns = record["start_ns"] + record["wall_ns"]
    for log in logs:
        assert record["start_ns"] <= log["start_ns"] <= log["end_ns"] <= end_ns
        assert log["cpu_ns"] >= 0 and log["tasks"] > 0
    pids = [log["pid"] for log in logs]
    if strategy["workers_in"] == "processes":
        assert launch_pid not in pids and len(set(pids)) == len(pids)
        return
    assert set(pids) == {launch_pid}
    if sys.platform == "linux":  # where the main thread's id is the pid
        in_caller = {log["thread_id"] for log in logs} == {launch_pid}
        assert in_caller == (strategy["workers_in"] == "caller")


def test_shares_that_do_not_divide_are_done_too(launch, perform, runnable, subtests):
    """Seven tasks for three workers are seven tasks done, and the serial result."""
    for workload in description()["workloads"]:
        with subtests.test(workload=workload["name"]):
            serial = perform(launch, workload, "serial", tasks=7)
            record = perform(
                launch, workload, runnable["name"], workers=level_of(runnable, 3), tasks=7
            )
            assert record["tasks"] == 7
            assert record["checksum"] == serial["checksum"]


def test_the_checksum_depends_on_the_work(launch, perform, subtests):
    """A round that skipped tasks, or did others, would show: fewer tasks give another checksum."""
    for workload in description()["workloads"]:
        with subtests.test(workload=workload["name"]):
            fewer = perform(launch, workload, "serial", tasks=TASKS - 1)
            assert fewer["checksum"] != perform(launch, workload, "serial", tasks=TASKS)["checksum"]


def test_equivalents_name_strategies_that_exist(subtests):
    """A strategy that is claimed to cost what another does names one of the same kind."""
    strategies = {strategy["name"]: strategy for strategy in description()["strategies"]}
    for name, strategy in strategies.items():
        if strategy["equivalent_to"]:
            with subtests.test(strategy=name):
                equivalent = strategies[strategy["equivalent_to"]]
                assert equivalent["workers_in"] == strategy["workers_in"]


def test_a_workload_says_what_it_is(subtests):
    """Kind, summary and units are there; a workload that is sized as another names one that is sized itself."""
    workloads = {workload["name"]: workload for workload in description()["workloads"]}
    for name, workload in workloads.items():
        with subtests.test(workload=name):
            assert workload["kind"] in ("cpu", "io") and workload["summary"]
            has_size = "size" in workload["defaults"]
            assert bool(workload["size_step"]) == bool(workload["size_unit"]) == has_size
            assert ("delay_s" in workload["defaults"]) or not workload["service"]
            if workload["sized_as"]:
                assert workloads[workload["sized_as"]]["size_step"] == workload["size_step"] > 0
