"""The advice about a corpus of functions against an exhaustive run: ``make corpus``, on an idle host."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "advice_corpus.py"
sys.path.insert(0, str(TOOL.parent))
spec = importlib.util.spec_from_file_location("advice_corpus", TOOL)
tool = importlib.util.module_from_spec(spec)
sys.modules["advice_corpus"] = tool  # where dataclasses look a class's module up
spec.loader.exec_module(tool)
sys.path.remove(str(TOOL.parent))
MODULE, NAMES = tool.load_corpus()


def way(gain, name="thread", workers=2):
    """A way with an interval of a tenth to either side."""
    return tool.Way(name, workers, gain, 0.9 * gain, 1.1 * gain)


def test_the_corpus_is_large_enough():
    """Every kind of function that the pages name is in it."""
    assert len(NAMES) >= 25 and {*MODULE.WAITING, *MODULE.COROUTINES} <= set(NAMES)


def test_what_counts_as_right():
    """The best way or one that is not certainly a tenth worse; no answer is no right one."""
    best = way(2.0, "process-pool")
    assert tool.Answer("f", "use", way(1.7), best).is_right
    assert not tool.Answer("f", "use", way(1.4), best).is_right
    assert not tool.Answer("f", "serial", tool.SERIAL, best).is_right
    assert tool.Answer("f", "serial", tool.SERIAL, way(1.1)).is_right
    assert not tool.Answer("f", "undecided", None, way(1.1)).is_right


def test_functions_that_are_missing_are_asked_about(tmp_path, monkeypatch):
    """What the journal has is not measured again."""
    asked = []

    def answer(name, module):
        asked.append(name)
        return tool.Answer(name, "use", way(2.0), way(2.1))

    monkeypatch.setattr(tool, "ask", answer)
    journal = tool.Journal(tmp_path / "file")
    tool.measure_all(journal, NAMES[:1], tool.TimeLeft(60))
    tool.measure_all(journal, NAMES[:2], tool.TimeLeft(60))
    assert asked == NAMES[:2]
    assert [answer.function for answer in tool.read(journal)] == NAMES[:2]
    assert all(answer.is_right for answer in tool.read(journal))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_advised_way_is_the_best_or_not_certainly_worse(name):
    """By an exhaustive run of every way that suits it; asked again once where other work kept the cores."""
    answer = tool.ask(name, MODULE)
    if not answer.is_right:
        answer = tool.ask(name, MODULE)
    assert answer.is_right, answer
