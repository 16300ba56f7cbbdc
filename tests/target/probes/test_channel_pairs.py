"""The probe of channels in pairs: both do the same, in turns, each first as often as the other."""

import pytest
from tests.target.probes.conftest import children_left

from gilbench.target.probes import channel_pairs, messages

PARAMS = {"channels": ["pipe", "queue"], "size_bytes": 64, "messages": 5, "pairs": 4}


def test_every_pair_has_a_time_of_both_channels():
    """Four pairs give four times for each, and leave no peer behind."""
    observed = channel_pairs.run(PARAMS)
    assert set(observed["elapsed_ns"]) == {"pipe", "queue"}
    for elapsed_ns in observed["elapsed_ns"].values():
        assert len(elapsed_ns) == 4 and all(time_ns >= 0 for time_ns in elapsed_ns)
    assert children_left() == []


def test_either_channel_comes_first_as_often(monkeypatch):
    """What drifts over a pair favours neither, and both carry the same messages."""
    carried = []

    def carry(params):
        carried.append(params)
        return {"elapsed_ns": len(carried)}

    monkeypatch.setattr(messages, "run_whole", carry)
    observed = channel_pairs.run(PARAMS)
    assert [params.pop("channel") for params in carried] == ["pipe", "queue", "queue", "pipe"] * 2
    assert all(params == carried[0] for params in carried)
    assert observed["elapsed_ns"] == {"pipe": [1, 4, 5, 8], "queue": [2, 3, 6, 7]}


def test_a_message_that_got_lost_spoils_the_pair(monkeypatch):
    """Times of channels that did not carry everything are not compared."""
    lost = {"elapsed_ns": 1, "lost": 1}
    monkeypatch.setattr(messages, "run", lambda params: lost)
    with pytest.raises(messages.MessagesSpoilt, match="1 lost"):
        channel_pairs.run(PARAMS)
