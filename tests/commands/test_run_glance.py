"""How a glance ends: with its sentences, or with the whole answer where no claim was asked."""

from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import pytest

from gilbench.commands import run as command


@pytest.mark.parametrize(("verdicts", "printed"), [((), "whole"), (("a verdict",), "glance")])
def test_a_glance_at_a_function_alone_prints_its_whole_answer(monkeypatch, verdicts, printed):
    """It has no verdict on a claim, of which the sentences of a glance are made."""
    seen = []
    monkeypatch.setattr(command, "_glance", lambda *_, **__: seen.append("glance"))
    monkeypatch.setattr(command, "write_report", lambda *_, **__: seen.append("whole"))
    measured = SimpleNamespace(
        folder=Path("run"),
        run=SimpleNamespace(profile="glance"),
        records=(),
        plan=SimpleNamespace(problems=()),
        verdicts=lambda: verdicts,
    )
    options = Namespace(json=False, quiet=False, verbose=False, open=False, strict=False)
    assert command._outcome(measured, False, options, None) == 0
    assert seen == [printed]
