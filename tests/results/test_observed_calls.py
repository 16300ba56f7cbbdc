"""What is observed of a user's call: recorded runs have it, and what differs from it is refused."""

import copy
import gzip
import json

import pytest
from tests.faults.documents import CALL

from gilbench.measure.answers import decode_observed
from gilbench.measure.launches import MeasurementError
from gilbench.model import Experiment
from gilbench.plan.call_plan import CEILING, MAP, TICKER, TRY
from gilbench.results.observed import Unobservable, check_observed
from gilbench.results.possible import Impossible, _check_conditions


@pytest.fixture(scope="module")
def recorded():
    """An observation of each probe of a recorded call."""
    lines = gzip.decompress((CALL / "rounds.jsonl.gz").read_bytes()).splitlines()
    records = [json.loads(line) for line in lines]
    found = {CEILING: {"ceiling": 1.9, "alone": [[10]], "together": [[19]]}}
    for record in records:
        if record["type"] == "observation":
            found[record["item"].partition("@")[0]] = record["observed"]
    return found


def places(value, at=()):
    """Every place of an observation at which a value of an object stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*at, key)
            yield from places(inner, (*at, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*at, 0))


def changed(observed, place, value):
    """A copy with another value at a place; without it where the value is None."""
    copied = copy.deepcopy(observed)
    holder = copied
    for key in place[:-1]:
        holder = holder[key]
    if value is None:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    return copied


NOT_NEEDED = {"alone", "together", "waits", "loop_stall_ns"}


@pytest.mark.parametrize("probe", [TRY, MAP, TICKER, CEILING])
def test_a_recorded_observation_is_accepted_and_what_differs_is_not(recorded, probe):
    """At each place in turn nothing, a negative number, an object and a text of another kind."""
    observed = recorded[probe]
    check_observed(probe, observed)
    tried = 0
    for place in places(observed):
        if place[-1] in NOT_NEEDED:
            continue
        for value in (None, -1, {"x": 1}, 1e300):
            with pytest.raises(Unobservable):
                check_observed(probe, changed(observed, place, value))
            tried += 1
    assert tried >= 4


@pytest.mark.parametrize("probe", [TRY, MAP, TICKER, CEILING])
def test_a_launch_cannot_answer_what_a_run_cannot_have(probe):
    """A function that writes into the answers of its launch ends in a line."""
    with pytest.raises(MeasurementError, match="the launch observed what no"):
        decode_observed(probe, {})


def test_what_failed_says_so():
    """In a word for what cannot be called, and one for a way that does not work."""
    check_observed(TRY, {"problem": "it imports x", "missing": "x"})
    check_observed(MAP, {"failed": "no answer within 2 s"})
    with pytest.raises(Unobservable):
        check_observed(MAP, {"failed": 3})


@pytest.mark.parametrize(
    ("probe", "condition"),
    [
        (MAP, {}),
        (MAP, {"strategy": "banana", "workers": 2}),
        (MAP, {"strategy": "thread", "workers": 0}),
        (MAP, {"strategy": "thread", "workers": "2"}),
        (TICKER, {}),
        (TICKER, {"threads": -1}),
    ],
)
def test_a_condition_under_which_no_call_is_made_is_impossible(probe, condition):
    """The plan of a run names the way and the workers."""
    _check_conditions(Experiment("3.13.0", MAP, ({"strategy": "thread", "workers": 2},)))
    with pytest.raises(Impossible, match="a condition that cannot be"):
        _check_conditions(Experiment("3.13.0", probe, (condition,)))
