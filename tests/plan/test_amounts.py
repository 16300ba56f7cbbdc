"""Experiments that differ in amounts only."""

import pytest
from tests import synthetic

from gilbench.model import Experiment
from gilbench.plan.amounts import ask_the_same, ceiling_amounts, scaled_to
from gilbench.plan.profiles import PROFILES

TARGET = synthetic.make_target()


def test_a_thinner_profile_takes_fewer_samples_and_asks_the_same():
    """Only amounts shrink, counts to one at least; in a profile that takes all of them nothing does."""
    asked = Experiment(
        TARGET.id,
        "wakeup",
        ({"samples": 50, "interval_s": 0.005}, {"samples": 1, "duration_s": 0.01}),
    )
    assert scaled_to(asked, PROFILES["standard"]) == asked
    thin = scaled_to(asked, PROFILES["quick"])
    assert thin.conditions == (
        {"samples": 15, "interval_s": 0.005},
        {"samples": 1, "duration_s": 0.003},
    )
    assert thin.id == asked.id and thin.launch_s < asked.launch_s


def test_an_experiment_answers_what_was_asked():
    """Amounts may differ between profiles; other conditions, or another order of them, are another question."""
    asked = Experiment(
        TARGET.id, "wakeup", ({"load": "none", "samples": 50}, {"load": "process", "samples": 50})
    )
    assert ask_the_same(asked, scaled_to(asked, PROFILES["quick"]))
    assert not ask_the_same(asked, Experiment(TARGET.id, "wakeup", asked.conditions[::-1]))
    assert not ask_the_same(asked, Experiment(TARGET.id, "stall", asked.conditions))


@pytest.mark.parametrize(("workers", "windows"), [(1, 4), (2, 4), (4, 8), (8, 16), (16, 16)])
def test_every_process_spins_alone_in_a_short_control(workers, windows):
    """Up to eight of them: one core may be slower than others. A control by itself has all windows."""
    assert ceiling_amounts(workers, 2)["windows"] == windows
    assert ceiling_amounts(workers, 4)["windows"] == min(2 * windows, 16)
    assert ceiling_amounts(workers)["windows"] == 16
