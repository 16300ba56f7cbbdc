"""The studies behind docs/measurements: they continue where they were stopped, and intervals cover what they promise."""

from itertools import count

import pytest
from tests.simulations.levels import KINDS, LEVELS
from tests.simulations.study import Journal, Study, run


def test_a_study_continues_from_its_journal(tmp_path):
    """What was simulated is kept, and simulated once."""
    calls = count()
    study = Study(
        pieces=lambda runs: (("host", seed) for seed in range(runs)),
        simulate=lambda host, seed: [seed, next(calls)],
        table=lambda results: iter(()),
    )
    path = tmp_path / "journal.jsonl"
    assert run(study, 2, Journal(path), within_s=60)
    assert run(study, 3, Journal(path), within_s=60)
    assert Journal(path).results == {("host", 0): [0, 0], ("host", 1): [1, 1], ("host", 2): [2, 2]}


def test_a_study_stops_in_time(tmp_path):
    """No further piece begins that would end too late, and the study says that it is not complete."""
    study = Study(
        pieces=lambda runs: ((seed,) for seed in range(runs)),
        simulate=lambda seed: seed,
        table=lambda results: iter(()),
    )
    journal = Journal(tmp_path / "journal.jsonl")
    assert not run(study, 2, journal, within_s=-1.0)
    assert not journal.results


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("plan", ["a probe of a quick run", "standard"])
def test_shown_intervals_cover_what_they_promise_whatever_the_effect(plan, kind):
    """94 to 97 %, within chance, where ordinary intervals miss one truth in twelve for the worst effect."""
    ordinary, shown = zip(*(row[2:] for row in LEVELS.simulate(plan, kind, 3000)), strict=True)
    assert min(shown) > 0.93 and max(shown) < 0.98
    assert min(ordinary) < 0.94 < min(shown) + 0.01
