"""Tasks that raise, exit, or are killed: each is one clear line, and the launch lives on where it can."""

import pytest

from gilbench.measure.launches import MeasurementError

TIMEOUT_S = 120.0
STRATEGIES = ["serial", "thread", "thread-subclass", "process", "process-subclass", "pool"]
OF_PROCESSES = ["process", "process-subclass"]

every_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


def fail(launch, strategy, timeout_s=TIMEOUT_S, workers=2):
    """The one line in which a round of the custom workload fails."""
    asked = {
        "workload": "custom",
        "params": {},
        "tasks": 4,
        "workers": 1 if strategy == "serial" else workers,
    }
    with pytest.raises(MeasurementError) as caught:
        launch.ask("round", timeout_s, strategy=strategy, **asked)
    message = str(caught.value)
    assert message and "\n" not in message
    return message


def lives_on(launch):
    return launch.ask("ping", TIMEOUT_S) == {}


@every_strategy
@pytest.mark.parametrize(
    ("raising", "words"),
    [
        ("raise ValueError('no such luck')", "ValueError: no such luck"),
        ("raise KeyError", "KeyError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise MemoryError()", "MemoryError"),
        ("raise OSError('one line\\nand another')", "OSError: one line and another"),
        ("return 'text'", "TypeError"),
        ("return 1.5", "TypeError"),
    ],
    ids=["exception", "bare", "exit", "memory", "two-lines", "text", "float"],
)
def test_a_task_that_fails_is_one_clear_line(launch_of, strategy, raising, words):
    """The target's own words come back, from a thread or a process too, and the launch takes the next request."""
    launch = launch_of(
        f"def task(index, params):\n    if index != 1:\n        return 1\n    {raising}\n"
    )
    assert words in fail(launch, strategy)
    assert lives_on(launch)


@pytest.mark.parametrize("strategy", STRATEGIES[1:])
def test_the_failing_worker_is_named(launch_of, strategy):
    """The message says which of how many workers it was."""
    launch = launch_of("def task(index, params):\n    return 1 // (index - 1)\n")
    message = fail(launch, strategy)
    assert message.startswith("WorkerFailed: worker 1 of ") and "ZeroDivisionError" in message


@pytest.mark.parametrize("strategy", OF_PROCESSES)
@pytest.mark.parametrize(
    ("ending", "code"),
    [("os.kill(os.getpid(), 9)", "-9"), ("os._exit(5)", "5"), ("os.abort()", "-6")],
    ids=["killed", "exit", "abort"],
)
def test_a_worker_that_dies_is_named_with_its_exit_code(launch_of, strategy, ending, code):
    """A process killed from outside left nothing in its pipe: the round fails with its exit code and does not hang."""
    launch = launch_of(
        f"def task(index, params):\n    if index == 1:\n        {ending}\n    return 1\n"
    )
    assert fail(launch, strategy) == f"WorkerDied: worker 1 of 2: died with exit code {code}"
    assert lives_on(launch)


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_a_killed_worker_is_noticed_under_every_start_method(launch_of, method):
    """Which process holds the other end of a pipe differs by start method; none of them may hang."""
    launch = launch_of("def task(index, params):\n    os.kill(os.getpid(), 9)\n")
    asked = {"workload": "custom", "params": {}, "tasks": 2, "workers": 2, "start_method": method}
    with pytest.raises(MeasurementError, match="worker 0 of 2: died with exit code"):
        launch.ask("round", TIMEOUT_S, strategy="process", **asked)


def test_a_killed_worker_of_a_pool_ends_in_a_timeout(launch_of):
    """A Pool waits for ever for a task whose process was killed; the launch is ended when its time is up."""
    launch = launch_of("def task(index, params):\n    os.kill(os.getpid(), 9)\n")
    assert fail(launch, "pool", timeout_s=0.6) == "no answer within 1 s; the launch was ended"


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("os._exit(7)", "the launch died (exit code 7)"),
        ("os.kill(os.getpid(), 9)", "the launch died (signal SIGKILL)"),
        ("os.kill(os.getpid(), 11); time.sleep(9)", "the launch died (signal SIGSEGV)"),
        (
            "sys.stderr.write('first\\nlast words\\n'); sys.stderr.flush(); os._exit(1)",
            "(exit code 1): last words",
        ),
    ],
    ids=["exit", "killed", "crashed", "last-words"],
)
@pytest.mark.parametrize("strategy", ["serial", "thread"])
def test_a_launch_that_dies_says_how(launch_of, strategy, ending, words):
    """When the whole interpreter goes, its exit code or signal is told, and the last line that it wrote."""
    launch = launch_of(f"def task(index, params):\n    {ending}\n")
    assert words in fail(launch, strategy)


def test_a_dead_launch_says_so_each_time(launch_of):
    """Asking a launch that is gone is the same clear error, not a broken pipe."""
    launch = launch_of("def task(index, params):\n    os._exit(7)\n")
    first, again = fail(launch, "serial"), fail(launch, "serial")
    assert first == again == "the launch died (exit code 7)"


def test_an_interrupt_within_a_task_ends_the_launch(launch_of):
    """Ctrl-C is no failure of the workload: the launch ends, and says by what."""
    launch = launch_of("def task(index, params):\n    raise KeyboardInterrupt\n")
    message = fail(launch, "serial")
    assert message.startswith("the launch died (") and "KeyboardInterrupt" in message


@pytest.mark.parametrize("strategy", ["serial", "thread", "process"])
def test_of_an_error_of_megabytes_the_start_is_kept(launch_of, strategy):
    """Nobody reads the rest, and no pipe has to carry it."""
    launch = launch_of("def task(index, params):\n    raise ValueError('long' * 1_000_000)\n")
    message = fail(launch, strategy)
    assert "ValueError: longlong" in message and len(message) < 600


@pytest.mark.parametrize("strategy", ["serial", "thread", "process"])
def test_an_error_that_cannot_be_put_in_words_is_still_one_line(launch_of, strategy):
    """An exception whose own text raises ends in a line, in the launch or in a worker."""
    launch = launch_of("""
        class Mute(Exception):
            def __str__(self):
                raise RuntimeError("not a word")

        def task(index, params):
            raise Mute
    """)
    assert fail(launch, strategy)
