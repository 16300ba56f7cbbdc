"""Runs and baselines that cannot be by a hair, in worlds whose claims are about to turn: none is read."""

import copy
import json
from random import Random

import pytest

from gilbench.check import portable
from gilbench.claims.judging import judge_claims
from gilbench.model import InputError, Outcome
from gilbench.results import tables
from gilbench.results.journal_rules import JournalRules
from tests.faults.near_bounds import (
    AT_BOUNDS,
    BOUNDS,
    Files,
    copy_all_launches,
    files_at,
    outcome,
    ratios_past_bounds,
)

SHORT = AT_BOUNDS[:1]  # `make torture` has them all


def read(files: Files, folder) -> str | None:
    """The line in which a run is refused; None if it is read."""
    try:
        tables.load(files.write(folder))
    except InputError as error:
        assert str(error).isprintable() and str(folder) in str(error)
        return str(error)
    return None


def runs_past_bounds(worlds, folder, tries):
    """How many runs past a bound there were, and those that were read though they cannot be."""
    made, wrong = 0, []
    for at in worlds:
        plain = files_at(*at)
        assert read(copy.deepcopy(plain), folder) is None
        for name, bound in BOUNDS.items():
            if not plain.of(bound.of) or (bound.of == "round" and not plain.rounds()):
                continue
            for number in range(tries):
                chance = f"{at[0]} {name} {number}"
                files = copy.deepcopy(plain)
                bound.past(files, Random(chance))
                made += 1
                if read(files, folder) is None:
                    wrong.append(f"{chance}: read")
                if bound.up_to is not None and number == 0:
                    files = copy.deepcopy(plain)
                    bound.up_to(files, Random(chance))
                    if refused := read(files, folder):
                        wrong.append(f"{chance}: refused at the limit itself: {refused}")
    return made, wrong


def test_no_run_past_a_bound_is_read(tmp_path):
    """Each is refused in one line that names the file; at the limit itself it is read."""
    made, wrong = runs_past_bounds(SHORT, tmp_path / "run", tries=1)
    assert made >= 30 and not wrong


@pytest.mark.slow
def test_none_of_hundreds_of_runs_past_a_bound_is_read(tmp_path):
    """The same in every world, three places each."""
    made, wrong = runs_past_bounds(AT_BOUNDS, tmp_path / "run", tries=3)
    assert made >= 600 and not wrong


@pytest.mark.parametrize("at", SHORT, ids=lambda at: at[0])
def test_a_verdict_at_its_bound_would_turn(tmp_path, monkeypatch, at):
    """Without the rules, copies of the launches decide what the launches leave open: that is what they are for."""
    files = files_at(*at)
    before = outcome(at[0], tables.load(files.write(tmp_path / "run")))
    copy_all_launches(files, Random(0))
    monkeypatch.setattr(JournalRules, "check", lambda self, record: None)
    monkeypatch.setattr(JournalRules, "finish", lambda self: None)
    after = outcome(at[0], tables.load(files.write(tmp_path / "run")))
    assert before == Outcome.INCONCLUSIVE != after


def test_no_baseline_past_a_bound_is_read(tmp_path):
    """In no ratio and no verdict of the baseline of a world about to turn."""
    run = tables.load(files_at(*AT_BOUNDS[0]).write(tmp_path / "run"))
    path = tmp_path / "baseline.json"
    portable.write(path, portable.extract_portable(run, judge_claims(run)))
    kept = json.loads(path.read_text(encoding="utf-8"))
    made = 0
    for name, changed in ratios_past_bounds(kept):
        path.write_text(json.dumps(changed), encoding="utf-8")
        with pytest.raises(InputError) as caught:
            portable.read(path)
        assert str(caught.value).isprintable(), name
        made += 1
    assert made >= 30
