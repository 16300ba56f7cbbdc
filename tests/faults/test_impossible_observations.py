"""What no probe can have observed is refused in one line."""

import json

import pytest

from tests.faults.recorded import first, refusal, unpack, write


@pytest.fixture(scope="module")
def of_probes(tmp_path_factory):
    """A recorded run with every probe, unpacked once."""
    return unpack("quiet-1", tmp_path_factory.mktemp("of_probes"))


def observed_by(lines, probe):
    """What a probe observed first."""
    return next(
        line["observed"]
        for line in lines
        if line["type"] == "observation" and line["item"].startswith(f"{probe}@")
    )


UNOBSERVABLE = {
    "a text for a count": ("queue-limits", lambda trial: trial.update(lost="none")),
    "nothing for a count": ("queue-limits", lambda trial: trial.update(duplicated=None)),
    "a text for a truth": ("terminate", lambda trial: trial.update(alive_after="no")),
    "a number for a truth": ("terminate", lambda trial: trial.update(alive_after=0)),
    "a number for a text": ("pool-order", lambda trial: trial.update(submit_after_close=1)),
    "a list for a count": ("queue-limits", lambda trial: trial.update(lost=[0])),
    "a list for a truth": ("terminate", lambda trial: trial.update(alive_after=[False])),
    "a count for a list": ("relock", lambda trial: trial.update(rlock_free_after=True)),
    "an object for a text": ("pool-order", lambda trial: trial.update(submit_after_close={})),
    "a time beyond all": ("queue-limits", lambda trial: trial.update(put_waited_ns=10**16)),
    "64 bits and one": ("queue-limits", lambda trial: trial.update(sent=2**64)),
    "lists in lists": (
        "terminate",
        lambda trial: trial.update(other=json.loads("[" * 40 + "]" * 40)),
    ),
    "a text without end": ("terminate", lambda trial: trial.update(other="x" * 200_000)),
}


@pytest.mark.parametrize("name", UNOBSERVABLE)
def test_what_no_probe_observes_is_refused(of_probes, tmp_path, name):
    """Else a text in the place of a count would be read as "it did not hold", and refute a claim."""
    run, lines = json.loads(json.dumps(of_probes))
    probe, change = UNOBSERVABLE[name]
    change(observed_by(lines, probe)["trials"][0])
    assert "cannot be (it observed " in refusal(write(tmp_path / "run", run, lines))


@pytest.mark.parametrize("trials", [1.5, {}, None, [1], "many", [[]]])
def test_trials_that_are_none_are_refused(of_probes, tmp_path, trials):
    """There is nothing to count in them."""
    run, lines = json.loads(json.dumps(of_probes))
    observed_by(lines, "terminate").update(trials=trials)
    assert "cannot be (it observed trials" in refusal(write(tmp_path / "run", run, lines))


def test_a_condition_beyond_the_planned_is_refused(of_probes, tmp_path):
    """There is nothing that such an observation would be of."""
    run, lines = json.loads(json.dumps(of_probes))
    first(lines, "observation").update(condition=99)
    assert "condition 99 is beyond the" in refusal(write(tmp_path / "run", run, lines))
