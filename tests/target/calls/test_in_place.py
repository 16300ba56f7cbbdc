"""Calls that are repeated get the arguments that were asked for, whatever their number and names."""

import dis

import pytest

from gilbench.target.calls import calling, in_place, operations
from gilbench.target.calls.finding import Subject
from gilbench.target.calls.task import CallTask

NAMES = {
    "none": {},
    "one": {"key": object()},
    "of a parameter of the loop": {"function": 1, "numbers": 2, "argument_0": 3},
    "a keyword": {"class": 1, "None": 2},
    "no name": {"my-key": 1},
    "an empty one": {"": 1},
    "two arguments": {"a=1, b": 2},
    "one that Python writes another way": {"\ufb01": 1},
    "reserved": {"__debug__": 1},
}


def subject_of(function, args=(), kwargs=None):
    return Subject(function, args, kwargs or {}, None, False, "function(…)", [])


@pytest.mark.parametrize("number", [0, 1, 3, 12, 300])
@pytest.mark.parametrize("names", NAMES)
def test_every_call_has_its_arguments(number, names):
    args, kwargs = tuple(object() for _ in range(number)), NAMES[names]
    calls = []
    subject = subject_of(lambda *args, **kwargs: calls.append((args, kwargs)), args, kwargs)
    calling.call_repeatedly(subject, calling.PLAIN, 3)
    assert calls == [(args, kwargs)] * 3


def test_none_is_made_where_none_is_asked_for():
    calls = []
    calling.call_repeatedly(subject_of(calls.append, (1,)), calling.PLAIN, 0)
    assert calls == []


def test_nothing_is_unpacked_where_arguments_can_be_written():
    def unpacks(args, kwargs):
        instructions = dis.get_instructions(in_place.loop_of(args, kwargs))
        return "CALL_FUNCTION_EX" in [each.opname for each in instructions]

    most = range(in_place.MOST)
    for args, kwargs in (
        ((), {}),
        (most, {}),
        ((1,), {"key": 2}),
        ((), dict.fromkeys(map("n{}".format, most))),
    ):
        assert not unpacks(args, kwargs)
    assert unpacks(range(in_place.MOST + 1), {})


def test_what_a_call_raises_is_placed_in_the_function():
    def fails():
        raise ValueError

    with pytest.raises(ValueError) as caught:
        calling.call_repeatedly(subject_of(fails), calling.PLAIN, 1)
    line = fails.__code__.co_firstlineno + 1
    assert operations._place_of(caught.value) == f" in test_in_place.py, line {line}"
    frames = []
    trace = caught.tb
    while trace is not None:
        frames.append(trace.tb_frame.f_code.co_filename)
        trace = trace.tb_next
    assert frames[1:] == [calling.__file__, in_place.__file__, in_place.__file__, __file__]


@pytest.mark.parametrize("by_index", [False, True])
def test_a_worker_that_is_forked_finds_the_loop_made(by_index, monkeypatch):
    monkeypatch.setattr(in_place, "_made", {})
    subject = subject_of(lambda *_: 1, () if by_index else (1, 2))
    task = CallTask(lambda: subject, (lambda index: (index, 2)) if by_index else None)
    task.make({})
    assert list(in_place._made) == [(2, ())]


def test_calls_that_differ_only_in_their_values_share_a_loop():
    assert in_place.loop_of((1,), {"key": 2}) is in_place.loop_of((3,), {"key": 4})
    assert in_place.loop_of((1,), {"key": 2}) is not in_place.loop_of((1, 2), {})
