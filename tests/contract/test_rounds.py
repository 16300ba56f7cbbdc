"""Every registered workload under every registered strategy, in a real launch."""

import sys

import pytest

TASKS = 6


def level_of(strategy, workers):
    return 1 if strategy["one_worker"] else workers


@pytest.fixture
def record(launch, perform, workload, strategy, workers):
    """The round of one workload under one strategy with so many workers."""
    if strategy["missing"]:
        pytest.skip(strategy["missing"])
    return perform(launch, workload, strategy["name"], workers=level_of(strategy, workers), tasks=TASKS)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_a_round_comes_to_the_serial_result_and_adds_up(launch, perform, workload, strategy, workers, record):
    """All tasks are done, the checksum is the serial one, and the phases are the round, without gap or overlap."""
    serial = perform(launch, workload, "serial", tasks=TASKS)
    assert record["checksum"] == serial["checksum"] != 0
    assert record["tasks"] == TASKS == sum(log["tasks"] for log in record["workers"])
    assert record["launch_ns"] + record["compute_ns"] + record["join_ns"] == record["wall_ns"] > 0
    assert min(record["launch_ns"], record["compute_ns"], record["join_ns"]) >= 0
    assert_sane(record, launch.pid, strategy, level_of(strategy, workers))


def assert_sane(record, launch_pid, strategy, workers):
    """Every worker worked within the round, where its strategy says that workers live."""
    logs = record["workers"]
    assert 1 <= len(logs) <= workers
    if not strategy["name"].endswith("pool"):  # a pool may leave a worker without a task
        assert len(logs) == workers
        assert all(log["tasks"] == TASKS // workers for log in logs)
    for log in logs:
        assert record["start_ns"] <= log["start_ns"] <= log["end_ns"] <= record["start_ns"] + record["wall_ns"]
        assert log["cpu_ns"] >= 0 and log["tasks"] > 0
    pids = [log["pid"] for log in logs]
    if strategy["workers_in"] == "processes":
        assert launch_pid not in pids and len(set(pids)) == len(pids)
        return
    assert set(pids) == {launch_pid}
    if sys.platform == "linux":  # where the main thread's id is the pid
        in_caller = {log["thread_id"] for log in logs} == {launch_pid}
        assert in_caller == (strategy["workers_in"] == "caller")


def test_shares_that_do_not_divide_are_done_too(launch, perform, workload, strategy):
    """Seven tasks for three workers are seven tasks done, and the serial result."""
    if strategy["missing"]:
        pytest.skip(strategy["missing"])
    workers = level_of(strategy, 3)
    record = perform(launch, workload, strategy["name"], workers=workers, tasks=7)
    assert record["tasks"] == 7
    assert record["checksum"] == perform(launch, workload, "serial", tasks=7)["checksum"]


def test_the_checksum_depends_on_the_work(launch, perform, workload):
    """A round that skipped tasks, or did others, would show: fewer tasks give another checksum."""
    assert perform(launch, workload, "serial", tasks=5)["checksum"] != perform(launch, workload, "serial")["checksum"]


def test_equivalents_name_strategies_that_exist(strategy, launch):
    """A strategy that is claimed to cost what another does names one of the same kind."""
    others = {entry["name"]: entry for entry in launch.ask("describe", 30)["strategies"]}
    if strategy["equivalent_to"]:
        assert others[strategy["equivalent_to"]]["workers_in"] == strategy["workers_in"]


def test_a_workload_says_what_it_is(workload, launch):
    """Kind, summary and units are there, and a workload that is sized as another names one that is calibrated."""
    others = {entry["name"]: entry for entry in launch.ask("describe", 30)["workloads"]}
    assert workload["kind"] in ("cpu", "io") and workload["summary"]
    assert bool(workload["size_step"]) == bool(workload["size_unit"]) == ("size" in workload["defaults"])
    assert ("delay_s" in workload["defaults"]) or not workload["service"]
    if workload["sized_as"]:
        assert others[workload["sized_as"]]["size_step"] == workload["size_step"] > 0
