"""Processes under every start method that the platform has."""

import pytest
from tests.contract.conftest import TIMEOUT_S, description

METHODS = description()["start_methods"]
PROCESS_STRATEGIES = [
    strategy["name"]
    for strategy in description()["strategies"]
    # the workers of dask are started by Dask
    if strategy["workers_in"] == "processes" and strategy["name"] != "dask"
]


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_processes_start_by_every_method(launch, perform, method, subtests):
    """Jobs and results cross to a forked, a served and a spawned process alike; CPU time is not lost on the way."""
    if method not in METHODS:
        pytest.skip(f"this platform has no start method {method}")
    workload = next(entry for entry in description()["workloads"] if entry["size_step"])
    serial = perform(launch, workload, "serial")
    assert PROCESS_STRATEGIES
    for strategy in PROCESS_STRATEGIES:
        with subtests.test(strategy=strategy):
            record = perform(launch, workload, strategy, workers=2, start_method=method)
            assert (record["tasks"], record["checksum"]) == (6, serial["checksum"])
            assert launch.pid not in {log["pid"] for log in record["workers"]}
            assert record["cpu_children_ns"] >= sum(log["cpu_ns"] for log in record["workers"])


def test_an_unknown_start_method_is_one_clear_line(launch, perform):
    """Asking for a start method that does not exist fails the round and not the launch."""
    workload = description()["workloads"][0]
    with pytest.raises(Exception, match="cannot find context for 'teleport'"):
        perform(launch, workload, "process", start_method="teleport")
    assert launch.ask("ping", TIMEOUT_S) == {}
