"""Judging an interleaved check: every outcome, what may not pass, and what was measured again."""

from dataclasses import replace

import msgspec
import pytest
from tests.check.conftest import Checked
from tests.synthetic import make_host

from gilbench.check.calibration import Calibration, Resolution
from gilbench.check.decision import PASSING, Change
from gilbench.check.findings import Finding, exit_code
from gilbench.check.interleaved import EFFECT_OF_WARNINGS, judge_interleaved
from gilbench.check.interleaved_run import CONTROL, HEAD, InterleavedRun
from gilbench.check.margins import Margins
from gilbench.model import HostDrift, HostWarning
from gilbench.results import tables

SERIAL = "fnv1a-serial-w1"


def found(checked: Checked) -> dict[str, Finding]:
    return {one.case: one for one in judge_interleaved(checked.judging()).findings}


def test_identical_code_is_equivalent():
    """Every case, the control as well, and the check passes."""
    judged = judge_interleaved(Checked().judging())
    assert {one.change for one in judged.findings} == {Change.EQUIVALENT}
    assert judged.control is not None and judged.control.holds
    assert (judged.outcome, exit_code(judged)) == (Change.EQUIVALENT, 0)


def test_a_confirmed_slowdown_is_a_regression():
    """It comes first, with the ratio of the second sample, which had no part in raising the suspicion."""
    judged = judge_interleaved(Checked({SERIAL: (1.08, 1.05)}).judging())
    worst = judged.findings[0]
    assert (worst.case, worst.change, exit_code(judged)) == (SERIAL, Change.REGRESSED, 1)
    assert worst.ratio is not None and worst.ratio.center == pytest.approx(1.05, rel=0.01)
    assert worst.suspected is not None and worst.suspected.center == pytest.approx(1.08, rel=0.01)


def test_a_suspicion_that_is_not_borne_out_passes():
    """One odd stretch of the host is no regression, and the report says that there was one."""
    judged = judge_interleaved(Checked({SERIAL: (1.08, 1.0)}).judging())
    one = next(finding for finding in judged.findings if finding.case == SERIAL)
    assert (one.change, exit_code(judged)) == (Change.EQUIVALENT, 0)
    assert one.suspected is not None and one.reason.endswith(
        "in a second sample; the first looked slower"
    )


@pytest.mark.parametrize(
    ("ratios", "reason"),
    [
        ((1.03, 1.03), "certainly slower, within the margin"),
        (
            (1.08, 1.03),
            "certainly slower, within the margin in a second sample; the first looked slower",
        ),
        ((0.985, 1.0), "certainly faster, within the margin"),
        ((0.9, 1.0), "certainly faster"),
    ],
)
def test_a_pass_names_its_direction(ratios, reason):
    """Where the interval excludes 1, a case that became slower within its margin is not called unchanged."""
    finding = found(Checked({SERIAL: ratios}, noise=0.002, launches=16))[SERIAL]
    assert (finding.reason, finding.change in PASSING) == (reason, True)


def test_an_improvement_is_reported():
    """And passes."""
    judged = judge_interleaved(Checked({SERIAL: (0.9, 1.0)}).judging())
    assert found(Checked({SERIAL: (0.9, 1.0)}))[SERIAL].change == Change.IMPROVED
    assert exit_code(judged) == 0


def test_a_wide_interval_is_undecided():
    """It is no pass: exit code 3, with the remedy."""
    judged = judge_interleaved(Checked(noise=0.12).judging())
    assert (judged.outcome, exit_code(judged)) == (Change.INCONCLUSIVE, 3)
    assert any(
        "--launches" in one.reason for one in judged.findings if one.change == Change.INCONCLUSIVE
    )


def test_a_suspicion_that_cannot_be_confirmed_is_undecided():
    """A second sample that says neither leaves the case open."""
    checked = Checked({SERIAL: (1.08, 1.03)}, noise=0.02, seed=3)
    assert found(checked)[SERIAL].change in (Change.INCONCLUSIVE, Change.REGRESSED)
    middle = Checked({SERIAL: (1.12, 1.035)}, noise=0.03, seed=5)
    assert found(middle)[SERIAL].change == Change.INCONCLUSIVE


def test_a_failed_control_voids_everything():
    """Even what looks like a regression: nothing follows from a measurement that differs from itself."""
    judged = judge_interleaved(Checked({SERIAL: (1.2, 1.2)}, control=1.1).judging())
    assert judged.control is not None and not judged.control.holds
    assert {one.change for one in judged.findings} == {Change.VOID}
    assert exit_code(judged) == 3


def test_without_its_control_a_check_is_void():
    """It fails closed."""
    assert judge_interleaved(Checked(without_control=True).judging()).outcome == Change.VOID


@pytest.mark.parametrize("part", [HEAD, CONTROL])
def test_what_fails_to_run_is_no_pass(part):
    """A case that raises on the head, or a control that does: each says why."""
    item = f"{SERIAL}@{part}-vs-baseline"
    judged = judge_interleaved(Checked(failures={item: "ValueError: no such thing"}).judging())
    assert exit_code(judged) == (2 if part == HEAD else 3)
    said = [one.reason for one in judged.findings if one.change in (Change.FAILED, Change.VOID)]
    assert said and ("no such thing" in said[0] or "could not be measured" in said[0])


def test_what_was_not_measured_is_no_pass():
    """An interrupted or narrowed run has cases without launches."""
    judged = judge_interleaved(
        Checked(unmeasured=frozenset({f"{SERIAL}@head-vs-baseline"})).judging()
    )
    assert (judged.outcome, exit_code(judged)) == (Change.MISSING, 2)


def test_a_second_sample_that_fails_is_no_pass():
    """What was suspected stays so."""
    item = f"{SERIAL}-again@head-vs-baseline"
    judged = judge_interleaved(
        Checked({SERIAL: (1.08, 1.08)}, failures={item: "it died"}).judging()
    )
    one = judged.findings[0]
    assert (one.change, exit_code(judged)) == (
        Change.FAILED,
        2,
    ) and "second sample could not be measured" in one.reason


def test_a_regression_outweighs_what_failed():
    """It is certain, whatever else is missing."""
    item = "sleep-serial-w1@head-vs-baseline"
    assert (
        exit_code(
            judge_interleaved(Checked({SERIAL: (1.1, 1.1)}, failures={item: "it died"}).judging())
        )
        == 1
    )


def test_a_margin_is_the_workloads_own():
    """+8 % is within 15 %."""
    wide = Margins(of_workload={"fnv1a": 0.15})
    assert found(Checked({SERIAL: (1.08, 1.08)}, margins=wide))[SERIAL].change == Change.EQUIVALENT


@pytest.mark.parametrize(("throttled", "why"), [(False, "changed its speed"), (True, "throttled")])
def test_a_contaminated_launch_does_not_count(throttled, why):
    """Two launches of ten that the host slowed down by half are left out, and the report says how many and why."""
    checked = Checked(disturbed=frozenset({2, 5}), throttled=throttled, off=1.5)
    judged = judge_interleaved(checked.judging())
    assert {one.change for one in judged.findings} == {Change.EQUIVALENT}
    assert all(one.ratio is not None and one.ratio.n == 8 for one in judged.findings)
    assert any((note.startswith("left out") and f"8 launches ({why}" in note.replace("by a CPU", "")) or why in note
               for note in judged.notes)  # fmt: skip


def test_where_disturbance_is_the_rule_all_launches_are_kept():
    """Leaving out most of a sample would make a choice of the rest; the report says that the host was busy."""
    judged = judge_interleaved(Checked(disturbed=frozenset(range(8))).judging())
    assert all(one.ratio is not None and one.ratio.n == 10 for one in judged.findings)
    assert any(note.startswith("disturbed throughout") for note in judged.notes)


@pytest.mark.parametrize(("throttled", "n"), [(False, 10), (True, 7)])
def test_a_host_that_often_changes_its_speed_keeps_its_launches(throttled, n):
    """Three launches of ten: seen beside a launch, that is what the host is like; seen in it, it spoils the launch."""
    judged = judge_interleaved(
        Checked(disturbed=frozenset({1, 4, 7}), throttled=throttled).judging()
    )
    assert all(one.ratio is not None and one.ratio.n == n for one in judged.findings)
    said = "left out" if throttled else "disturbed throughout"
    assert sum(note.startswith(said) for note in judged.notes) == 1


def test_what_disturbs_the_host_is_said_with_its_effect():
    """Each warning with its remedy, and once for all what they do to the findings."""
    judging = Checked().judging()
    warnings = (HostWarning("it is busy", "end other work"), HostWarning("it is hot", "wait"))
    run = msgspec.structs.replace(judging.tables.run, host=make_host(warnings=warnings))
    warned = InterleavedRun(replace(judging.tables, run=run), judging.margins)
    notes = judge_interleaved(warned).notes
    assert notes[-3:] == ("it is busy; end other work", "it is hot; wait", EFFECT_OF_WARNINGS)
    assert EFFECT_OF_WARNINGS not in judge_interleaved(judging).notes


def test_a_look_settles_what_is_clear():
    """A first sample by passing or by suspicion, a second one by passing or by confirming; noise settles nothing."""
    clear, slow, noisy = (
        Checked().judging(),
        Checked({SERIAL: (1.1, 1.1)}).judging(),
        Checked(noise=0.2).judging(),
    )
    again = msgspec.structs.replace(slow.cases[0], again=True)
    assert clear.enough(clear.cases[0]) and slow.enough(slow.cases[0]) and slow.enough(again)
    assert not noisy.enough(noisy.cases[0])
    assert not clear.enough(msgspec.structs.replace(clear.cases[0], again=True))  # not measured yet


def test_a_calibration_is_shown_and_named_where_the_margin_is_out_of_reach():
    """An undecided case says that the host cannot see as little as the margin."""
    seen = Resolution(SERIAL, 0.1, 20, {1.0: None, 2.0: 0.5, 3.0: 0.3})
    known = Calibration("abc", "3.13.0", "2026-01-01T00:00+00:00", 0.05, 200, 0, (seen,))
    noisy = Checked(noise=0.12).judging()
    judged = judge_interleaved(InterleavedRun(noisy.tables, noisy.margins, known))
    one = next(finding for finding in judged.findings if finding.case == SERIAL)
    assert "sees no change as small as the margin" in one.reason
    assert any("0 of 200 replayed checks" in note for note in judged.notes)


def test_the_journal_keeps_what_the_sentinel_saw(tmp_path):
    """A stretch comes back from JSON as it was."""
    stretch = HostDrift("item", 3, 1, 2, 0.5)
    raw = msgspec.json.encode(stretch)
    assert msgspec.json.decode(raw, type=HostDrift) == stretch
    assert tables.build(Checked().run, [stretch]).drifts == {("item", 3): stretch}
