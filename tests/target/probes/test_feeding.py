"""The probe of executors: what is timed of their start, and a time for each size of list."""

import concurrent.futures

from gilbench.target.probes import feeding

ITEMS = [0, 10]


def test_each_size_of_list_has_its_time():
    """And so has the start, up to the first result."""
    observed = feeding.run({"kind": "thread", "tasks": 2, "items": ITEMS})
    assert observed["start_ns"] >= 0
    assert len(observed["task_ns"]) == len(ITEMS) and min(observed["task_ns"]) >= 0


def test_the_import_of_an_executor_is_no_part_of_its_start(monkeypatch):
    """A program pays for it once, and for a start each time: the clock is read afterwards."""
    log = []
    clock = feeding.time.perf_counter_ns

    def executor_type(kind):
        log.append("import")
        return concurrent.futures.ThreadPoolExecutor

    monkeypatch.setattr(feeding, "executor_type", executor_type)
    monkeypatch.setattr(feeding.time, "perf_counter_ns", lambda: log.append("clock") or clock())
    feeding.run({"kind": "thread", "tasks": 1, "items": ITEMS})
    assert log[0] == "import" and log.count("import") == 1
