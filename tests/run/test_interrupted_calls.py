"""A call whose measurement is interrupted is answered from what there is, whatever was cut short."""

import contextlib
import io
import signal

import pytest
from rich.console import Console
from tests.run.test_call_budgets import acted_call

from gilbench.commands._reports import write_page
from gilbench.measure.interrupts import INTERRUPTS
from gilbench.measure.targets.calls import CallSpec
from gilbench.run.advising import CallMeasurement
from gilbench.run.call_records import CallRecords
from gilbench.summary.call_advice import advise_calls

FIRST = 2  # the first observation is of the trial, which nothing can be said without


@pytest.fixture
def interrupted(tmp_path, monkeypatch):
    """A function that measures a call, interrupts it at an observation, and returns what is left."""
    made = CallRecords.__init__

    def measured(observation: int, interrupt):
        acted = acted_call(monkeypatch, 0.01)
        numbers = iter(range(1, 1000))

        def clock_s() -> float:
            if next(numbers) == observation:
                interrupt()
            return acted.now_s - 900.0

        monkeypatch.setattr(CallRecords, "__init__", lambda records, _: made(records, clock_s))
        call = CallMeasurement(CallSpec("work.py:f", {}), [], 20.0).measure(tmp_path, [])
        (answer,) = advise_calls(call.run, call.observations)
        write_page(call.folder, Console(file=io.StringIO()))
        assert (call.folder / "report.html").is_file() and answer.answer
        return call

    before = INTERRUPTS.install()
    yield measured
    INTERRUPTS.restore(before)


@pytest.mark.parametrize("observation", range(FIRST, FIRST + 8))
def test_it_may_come_while_an_observation_is_kept(interrupted, observation):
    """No experiment is left of which nothing was observed, for such a run has no report."""
    call = interrupted(observation, lambda: signal.raise_signal(signal.SIGINT))
    assert call.run.status == "interrupted" and len(call.observations) == observation - 1


def test_code_in_c_may_turn_it_into_another_error(interrupted):
    """What was measured is kept then too."""

    def turned() -> None:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise SystemError("returned a result with an exception set")

    call = interrupted(FIRST + 1, turned)
    assert call.run.status == "interrupted"


def test_an_error_without_an_interrupt_is_not_hidden(interrupted):
    """It is a defect, and its traceback says where."""

    def defect() -> None:
        raise SystemError("a defect")

    with pytest.raises(SystemError):
        interrupted(FIRST + 1, defect)
