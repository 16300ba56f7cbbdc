"""The probe of shared containers: what it counts, and that it tries again until the threads met."""

import pytest

from gilbench.target.probes import containers

PARAMS = {"updates": 2000, "interval_s": 1e-5, "attempts": 2, "alternations": 1, "trials": 1}


@pytest.mark.parametrize("operation", containers.OPERATIONS)
def test_nothing_is_made_up(operation):
    """No run counts more than was done, and both threads' updates are expected."""
    (trial,) = containers.PROBE.run(PARAMS | {"operation": operation})["trials"]
    assert trial["expected"] == 4000
    assert 0 < trial["counted"] <= trial["expected"]


def test_a_run_whose_threads_did_not_meet_is_tried_again(monkeypatch):
    """As often as it may be, and no longer than until they met."""
    alternations = [0, 0, 7, 9]

    def share_out(operation, updates):
        return {"expected": 2, "counted": 2, "alternations": alternations.pop(0)}

    monkeypatch.setattr(containers, "share_out", share_out)
    asked = PARAMS | {"operation": "append", "attempts": 4, "alternations": 5}
    assert containers.trial(asked)["alternations"] == 7
    assert alternations == [9]


def test_a_loss_is_not_tried_again(monkeypatch):
    """It has happened, whether the threads were seen to meet or not."""
    seen = {"expected": 2, "counted": 1, "alternations": 0}
    monkeypatch.setattr(containers, "share_out", lambda operation, updates: seen)
    assert containers.trial(PARAMS | {"operation": "append", "attempts": 4}) == seen
