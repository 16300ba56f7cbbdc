"""The ceiling control: what it measures is what the host could give, or nothing."""

import pytest

from gilbench.measure.in_process.ceiling import CeilingControl
from gilbench.measure.launches import MeasurementError


class Answering(CeilingControl):
    """A control whose process answers what the test wants."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def _opened(self):
        return self

    def ask(self, *_args, **_kwargs):
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"ceiling": self.answer, "alone": [[1], [1]], "together": [[1], [1]]}


@pytest.mark.parametrize(
    ("answer", "ceiling"),
    [
        (1.9, 1.9),
        (2.3, 2.3),
        (0.4, 0.4),
        (5.5, 0.0),
        (32835.5, 0.0),
        (MeasurementError("it died"), 0.0),
    ],
)
def test_a_ceiling_that_cannot_be_is_none(answer, ceiling):
    """Processes that seem to scale beyond their number were starved alone, and their cores were not free."""
    assert Answering(answer).measure(2) == ceiling


def test_a_control_is_measured_for_real_and_closed():
    """A process is started on first use, serves several measurements, and is gone afterwards."""
    control = CeilingControl()
    assert control.measure(2) >= 0.0 and control.measure(2) >= 0.0
    folder = control._folder.path
    control.close()
    assert not folder.exists()
