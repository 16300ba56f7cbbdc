"""Signals that came from whoever started gilbench, and a parent that is stopped for a while."""

import select
import signal

import pytest

from gilbench.measure.interrupts import Interrupts
from gilbench.measure.launches import NoAnswer

TIMEOUT_S = 60.0
USUAL = """
import signal

def task(index, params):
    number = getattr(signal, params["name"])
    usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    return int(signal.getsignal(number) == usual) + 10 * len(blocked)
"""


@pytest.fixture(params=["SIGTERM", "SIGCHLD", "SIGHUP", "SIGINT", "blocked"])
def odd_signal(request):
    """A signal that this process, and so what it starts, ignores or blocks."""
    if request.param == "blocked":
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        yield "SIGTERM"
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    number = getattr(signal, request.param)
    handler = signal.signal(number, signal.SIG_IGN)
    yield request.param
    signal.signal(number, handler)


@pytest.mark.parametrize("strategy", ["thread", "process"])
def test_signals_of_a_launch_do_what_they_usually_do(odd_signal, launch_of, strategy):
    """Else a worker could not be terminated just because a shell ignores SIGTERM, and a claim would turn."""
    params = {"name": odd_signal}
    answer = launch_of(USUAL).ask(
        "round",
        TIMEOUT_S,
        workload="custom",
        strategy=strategy,
        params=params,
        tasks=2,
        workers=2,
    )
    assert answer["checksum"] == 2


def test_exit_codes_are_learned_though_the_end_of_children_was_ignored():
    """Whoever started gilbench may ignore it; afterwards it is as it was."""
    interrupts, before = Interrupts(), signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        handlers = interrupts.install()
        assert signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL
        interrupts.restore(handlers)
        assert signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_an_answer_that_came_while_the_parent_was_stopped_counts(launch_of):
    """After Ctrl-Z and fg the time is over, and the answer is there."""
    launch = launch_of("def task(index, params):\n    return 1\n")
    launch.request("ping")
    select.select([launch._output], [], [], TIMEOUT_S)
    assert launch.answer(0.0) == {}


def test_what_dribbles_is_not_waited_for(launch_of):
    """A part of an answer is none."""
    launch = launch_of("def task(index, params):\n    time.sleep(600)\n")
    launch.request("round", workload="custom", strategy="serial", params={}, tasks=1, workers=1)
    launch._received += b'{"ok": '
    with pytest.raises(NoAnswer):
        launch.answer(0.1)
