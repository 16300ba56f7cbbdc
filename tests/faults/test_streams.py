"""Workloads that print, and read, where the protocol's streams used to be."""

import pytest

ASK = {"workload": "custom", "params": {}, "tasks": 2}
TIMEOUT_S = 120.0

every_strategy = pytest.mark.parametrize("strategy", ["serial", "thread", "process", "pool"])


def perform(launch, strategy="serial"):
    return launch.ask(
        "round", TIMEOUT_S, strategy=strategy, workers=1 if strategy == "serial" else 2, **ASK
    )


@every_strategy
@pytest.mark.parametrize(
    "noise",
    [
        "print('{\"ok\": {}}', flush=True)",
        "os.write(1, b'{\"ok\": {}}\\n')",
        "sys.stdout.write('no line end'); sys.stdout.flush()",
        "sys.stderr.write('to stderr\\n' * 1000)",
        "os.write(1, b'\\xff\\x00' * 5000)",
    ],
    ids=["print", "write", "unended", "stderr", "binary"],
)
def test_what_a_workload_prints_is_no_answer(launch_of, strategy, noise):
    """Output of a task, by whatever way it takes, ends up beside the protocol and not in it."""
    launch = launch_of(f"def task(index, params):\n    {noise}\n    return index + 1\n")
    for _ in range(2):
        record = perform(launch, strategy)
        assert (record["tasks"], record["checksum"]) == (2, 3)


@every_strategy
def test_what_a_subprocess_prints_is_no_answer(launch_of, strategy):
    """A program that a task runs inherits streams that lead away from the protocol."""
    launch = launch_of("""
        def task(index, params):
            subprocess.run([sys.executable, "-S", "-c", "print('{}'); import sys; print('{}', file=sys.stderr)"])
            return index + 1
    """)
    assert perform(launch, strategy)["checksum"] == 3


@every_strategy
@pytest.mark.parametrize(
    "reading",
    ["len(sys.stdin.read())", "len(os.read(0, 100))", "len(sys.stdin.readline())"],
    ids=["all", "fd", "line"],
)
def test_what_a_workload_reads_is_the_end(launch_of, strategy, reading):
    """A task that reads standard input gets its end at once: it takes no request away, and does not hang."""
    launch = launch_of(f"def task(index, params):\n    return {reading} + index + 1\n")
    assert perform(launch, strategy)["checksum"] == 3
    assert launch.ask("ping", TIMEOUT_S) == {}


def test_a_workload_that_closes_its_streams_harms_itself_only(launch_of):
    """Even a task that closes descriptors 0 to 2 cannot end the conversation."""
    launch = launch_of(
        "def task(index, params):\n    [os.close(fd) for fd in range(3) if index == 0]\n    return index + 1\n"
    )
    assert perform(launch)["checksum"] == 3
    assert launch.ask("ping", TIMEOUT_S) == {}
