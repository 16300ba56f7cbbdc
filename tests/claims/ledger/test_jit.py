"""C18 with interpreters that are scripted: each verdict, through the probe's own processes, without a JIT build."""

import pytest
from tests import laws
from tests.synthetic import world_of

from gilbench.claims.judging import judge_claims
from gilbench.model import Outcome, Verdict
from gilbench.target.probes import jit

# Answers as the probe's process does: a millisecond, up to 1 % more by how often it was called, times so many thousandths.
INTERPRETER = """#!/bin/sh
if [ "$PYTHON_JIT" = 1 ]; then enabled={enabled}; share={share}; else enabled=false; share=1000; fi
read -r calls < {counter}
echo $((calls + 1)) > {counter}
echo "{{\\"enabled\\": $enabled, \\"cpu_ns\\": 98, \\"wall_ns\\": 100, \\"fastest_ns\\": $(( (1000000 + calls * calls * 7919 % 10007) * share / 1000 ))}}"
"""


@pytest.fixture
def verdict_of(monkeypatch, tmp_path):
    """The verdict of a run in which this is the interpreter that the probe starts."""

    def judged(**script: str | int) -> Verdict:
        interpreter, counter = tmp_path / "python", tmp_path / "calls"
        counter.write_text("1\n", encoding="ascii")
        interpreter.write_text(INTERPRETER.format(**script, counter=counter), encoding="utf-8")
        interpreter.chmod(0o755)
        monkeypatch.setattr(jit.sys, "executable", str(interpreter))
        monkeypatch.setitem(laws.LAWS, "jit", lambda world, condition: jit.run(condition))
        return next(
            verdict
            for verdict in judge_claims(world_of("C18", launches=8).tables())
            if verdict.id == "C18"
        )

    return judged


@pytest.mark.parametrize(
    ("share", "expected"),
    [(800, Outcome.PROVED), (1000, Outcome.REFUTED), (1200, Outcome.REFUTED)],
)
def test_a_compiler_is_judged_by_what_it_gains(verdict_of, share, expected):
    """At least 3 % or not: a loop that is as fast, or slower, refutes the claim."""
    found = verdict_of(enabled="true", share=share)
    assert (found.verdict, found.expected) == (expected, None)
    assert found.estimate is not None
    assert found.estimate.center == pytest.approx(1000 / share, rel=0.01)


def test_a_gain_at_the_bound_is_open(verdict_of):
    """The lengths of the processes vary by more than the distance from it."""
    found = verdict_of(enabled="true", share=971)
    assert found.verdict == Outcome.INCONCLUSIVE
    assert "needs > 1.03" in found.reason or "needs < 1.03" in found.reason


def test_a_switch_without_effect_measures_nothing(verdict_of):
    """Two runs without the compiler are no comparison, however their times differ."""
    found = verdict_of(enabled="false", share=500)
    assert (found.verdict, found.estimate) == (Outcome.INCONCLUSIVE, None)
    assert "was not measured" in found.reason


def test_a_build_without_a_compiler_is_not_asked():
    """The reason is what the probe says of such a build."""
    reason = "this build has no JIT compiler that can be switched (sys._jit, Python 3.14)"
    world = world_of("C18", missing={"jit": reason})
    found = next(verdict for verdict in judge_claims(world.tables()) if verdict.id == "C18")
    assert (found.verdict, found.reason) == (Outcome.NOT_APPLICABLE, reason)
    assert found.estimate is None
