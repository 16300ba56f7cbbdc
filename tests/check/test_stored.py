"""Two stored runs: what changed between them, and what cannot be compared on this pair of hosts."""

from dataclasses import replace

import msgspec
import pytest
from tests import synthetic
from tests.check.conftest import PROCESS, changed, stored, stored_on, stored_world

from gilbench.check.decision import Change
from gilbench.check.findings import Report, exit_code
from gilbench.check.margins import Margins
from gilbench.check.stored import judge_stored
from gilbench.check.stored_run import StoredRun
from gilbench.claims.judging import judge_claims
from gilbench.model import Failure, InputError, ItemEnd, Stop
from gilbench.results import tables


def compared(baseline: StoredRun, head: StoredRun) -> Report:
    return judge_stored(baseline, head, Margins())


def test_a_run_against_itself_passes(baseline):
    """Whatever it says."""
    judged = compared(baseline, baseline)
    assert (judged.outcome, exit_code(judged)) == (Change.EQUIVALENT, 0)


@pytest.mark.parametrize(
    "truth", [{"noise": 0.8, "seed": 5}, {"ceiling": 1.3}, {"foreign_cores": 0.9}]
)
def test_what_a_run_leaves_open_has_not_moved_against_itself(truth):
    """It passes, also against what was kept of it; the same launches under another id stay undecided or unasked."""
    run = stored(**truth)
    for itself in (run, replace(run, tables=None)):
        judged = compared(itself, run)
        moved = {one.change for one in judged.findings if one.quantity != "time"}
        assert (moved, exit_code(judged)) == ({Change.EQUIVALENT}, 0)
    other = compared(changed(run, run="20260202T000000Z-0000"), run)
    assert {Change.INCONCLUSIVE, Change.LEFT_OUT} & {
        one.change for one in other.findings if one.quantity != "time"
    }


def test_another_run_of_the_same_passes(baseline):
    """Independent launches of the same truth."""
    assert exit_code(compared(baseline, stored(seed=2))) == 0


def test_a_lost_speedup_is_a_regression(baseline):
    """Processes that gain a third less, on any host; the verdict that turned with it is one too."""
    judged = compared(baseline, stored(speedups={PROCESS: 1.2}))
    moved = {(one.case, one.quantity): one.change for one in judged.findings}
    assert moved[f"{PROCESS}@3.13", "speedup"] == Change.REGRESSED
    assert moved["A17@3.13", "verdict"] in (Change.REGRESSED, Change.INCONCLUSIVE)
    assert exit_code(judged) == 1


def test_a_speedup_without_the_cores_is_no_regression(baseline):
    """Where the control found two cores to be worth 1.3, what is lost is the host's: open, and said to be."""
    judged = compared(baseline, stored(speedups={PROCESS: 1.2}, ceiling=1.3))
    found = {(one.case, one.quantity): one for one in judged.findings}[f"{PROCESS}@3.13", "speedup"]
    assert found.change == Change.INCONCLUSIVE
    assert found.reason == "2 cores were worth 1.30 here; measure on a quieter host"
    assert exit_code(judged) == 3


def test_a_gained_speedup_is_none(baseline):
    """Threads that scale are an improvement; a verdict that turned away from what was expected is not."""
    judged = compared(baseline, stored(speedups={"fnv1a-thread-w2": 1.9}))
    moved = {(one.case, one.quantity): one.change for one in judged.findings}
    assert moved["fnv1a-thread-w2@3.13", "speedup"] == Change.IMPROVED
    assert moved["A16@3.13", "verdict"] == Change.REGRESSED


def test_a_small_loss_is_within_the_margin(baseline):
    """5 % of speedup from one run to another is nothing that a stored run can be blamed for."""
    ceiling = stored_world().lawful_speedup(
        next(one for one in baseline.tables.comparisons if one.label == PROCESS)
    )
    assert exit_code(compared(baseline, stored(speedups={PROCESS: 0.95 * ceiling}))) == 0


def test_swapping_the_sides_inverts_the_ratio(baseline):
    """Every quantity that both have."""
    head = stored(speedups={PROCESS: 1.2}, seed=2)
    there = {(one.case, one.quantity): one.ratio for one in compared(head, baseline).findings}
    for one in compared(baseline, head).findings:
        if one.ratio is not None:
            assert one.ratio.center * there[one.case, one.quantity].center == pytest.approx(1)


def test_noise_is_no_pass(baseline):
    """A head whose intervals are wide leaves open what the baseline knew."""
    judged = compared(baseline, stored(noise=0.8, seed=5))
    assert exit_code(judged) in (1, 3) and judged.outcome != Change.EQUIVALENT
    assert any(one.change == Change.INCONCLUSIVE for one in judged.findings)


def test_what_the_baseline_does_not_know_is_not_asked():
    """A wide baseline cannot be kept, and says so; the check of nothing is no pass."""
    vague = stored(noise=0.8)
    judged = compared(vague, stored())
    left = [
        one
        for one in judged.findings
        if one.quantity == "speedup" and one.change == Change.LEFT_OUT
    ]
    assert (
        left and not any(one.decides for one in left) and "wider than the margin" in left[0].reason
    )


@pytest.mark.parametrize("where", ["baseline", "head"])
def test_a_case_that_one_side_lacks_is_no_pass(baseline, where):
    """Neither a case that is gone nor one that is new goes unchecked."""
    fewer = changed(baseline, quantities=baseline.portable.quantities[1:])
    sides = (fewer, baseline) if where == "baseline" else (baseline, fewer)
    judged = compared(*sides)
    (missing,) = [one for one in judged.findings if one.change == Change.MISSING]
    assert where in missing.reason and exit_code(judged) == 2


def test_cases_of_other_cores_are_left_out(baseline):
    """A speedup of two workers on one core is another question, and the finding says so."""
    fewer = [
        msgspec.structs.replace(one, cores=1) if one.cores else one
        for one in baseline.portable.quantities
    ]
    judged = compared(baseline, changed(baseline, quantities=tuple(fewer)))
    left = [
        one
        for one in judged.findings
        if "2 cores there and 1 here" in one.reason or "cores there" in one.reason
    ]
    assert left and all(one.change == Change.LEFT_OUT and not one.decides for one in left)


def test_a_case_that_does_other_work_is_no_pass(baseline):
    """The same name, and another plan behind it."""
    more = [
        msgspec.structs.replace(one, tasks=99) if one.tasks else one
        for one in baseline.portable.quantities
    ]
    judged = compared(baseline, changed(baseline, quantities=tuple(more)))
    assert judged.outcome == Change.MISSING and exit_code(judged) == 2
    assert any("99 here" in one.reason for one in judged.findings)


def test_times_are_compared_on_hosts_that_are_alike(baseline):
    """And shown only; on another host, or with a portable baseline, they are left out with the reason."""
    same = compared(baseline, stored(seed=2))
    times = [one for one in same.findings if one.quantity == "time"]
    assert times and not any(one.decides for one in times)
    other = stored_world(seed=2)
    other.host = synthetic.make_host(2, kernel="Linux 7")
    measured = other.tables()
    judged = compared(baseline, StoredRun.of(measured, judge_claims(measured)))
    assert not [one for one in judged.findings if one.quantity == "time"]
    assert any("kernel (Linux 6 and Linux 7)" in note for note in judged.notes)
    assert any(
        "portable baseline" in note
        for note in compared(replace(baseline, tables=None), baseline).notes
    )


@pytest.mark.parametrize("lacks", ["baseline", "head"])
def test_a_ratio_behind_a_verdict_may_drown_in_noise(baseline, lacks):
    """One whose interval reaches 0 in one run is left out there: that is noise, and no case that was dropped."""
    shaky = msgspec.structs.replace(
        baseline.portable.quantities[0], item="wakeup", name="p99 over the interval"
    )
    has = changed(baseline, quantities=(*baseline.portable.quantities, shaky))
    judged = compared(baseline, has) if lacks == "baseline" else compared(has, baseline)
    (told,) = [one for one in judged.findings if one.case.startswith("wakeup")]
    assert told.change == Change.LEFT_OUT and lacks in told.reason and exit_code(judged) == 0


def test_a_case_that_a_slow_host_had_no_time_for_is_open(baseline):
    """It was planned, so that no case was dropped; the run ends without it where its time is over."""
    made = stored_world()
    gone = {planned.item.id for planned in made.plan() if planned.item.id.startswith(PROCESS)}
    records = []
    for record in made.records():
        if isinstance(record, ItemEnd) and record.item in gone:
            record = ItemEnd(record.item, 0, Stop.TIME)  # noqa: PLW2901
        elif getattr(record, "item", None) in gone:
            continue
        records.append(record)
    run = synthetic.make_run(made.plan(), targets=made.targets, host=made.host)
    measured = tables.build(run, records)
    judged = compared(baseline, StoredRun.of(measured, judge_claims(measured)))
    of_case = [one for one in judged.findings if one.case.startswith(PROCESS)]
    assert {one.change for one in of_case if one.quantity != "time"} == {Change.INCONCLUSIVE}
    assert "no time for two launches" in of_case[0].reason
    assert exit_code(judged) == 3


def test_a_case_that_failed_on_the_head_is_missing_there(baseline):
    """Failing is not passing."""
    made = stored_world(failures={PROCESS: "it died"})
    measured = made.tables()
    assert any(isinstance(one, Failure) for one in measured.failures)
    judged = compared(baseline, StoredRun.of(measured, judge_claims(measured)))
    assert any(one.change == Change.MISSING and PROCESS in one.case for one in judged.findings)
    assert exit_code(judged) in (1, 2)


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ({"versions": ["3.12.1"]}, {"versions": ["3.13.0"]}),
        ({"versions": ["3.11.2", "3.12.1"]}, {"versions": ["3.12.1", "3.13.0"]}),
        ({"versions": ["3.12.1"], "names": ("own",)}, {"versions": ["3.13.0"], "names": ("own",)}),
    ],
)
def test_another_release_is_refused_unless_it_is_asked_for(there, here):
    """One target or several, by their versions or by a name; and then every case is compared, with word of which."""
    there, here = (
        stored_on(*there["versions"], names=there.get("names", ())),
        stored_on(*here["versions"], names=here.get("names", ())),
    )
    for baseline in (there, replace(there, tables=None)):
        with pytest.raises(InputError, match="--across-versions"):
            compared(baseline, here)
        judged = judge_stored(baseline, here, Margins(), across_versions=True)
        assert exit_code(judged) == 0
        (note,) = [note for note in judged.notes if note.startswith("compared across versions")]
        assert "(baseline) with" in note and "3.13.0" in note and "3.13.0" in judged.head
        assert {one.case.partition("@")[2] for one in judged.findings} == {
            interpreter.name for interpreter in here.portable.interpreters
        }


def test_a_loss_across_versions_is_a_regression():
    """The ratios mean the same in every release."""
    judged = judge_stored(
        stored_on("3.12.1"),
        stored_on("3.13.0", speedups={PROCESS: 1.2}),
        Margins(),
        across_versions=True,
    )
    moved = {(one.case, one.quantity): one.change for one in judged.findings}
    assert moved[f"{PROCESS}@3.13", "speedup"] == Change.REGRESSED and exit_code(judged) == 1


def test_another_patch_release_is_the_same_release(baseline):
    """Its times are another matter."""
    judged = compared(baseline, stored_on("3.13.7", seed=2))
    assert exit_code(judged) == 0 and not [one for one in judged.findings if one.quantity == "time"]
    assert any("the interpreters differ in 3.13 (3.13.0," in note for note in judged.notes)


@pytest.mark.parametrize("lacking", ["baseline", "head"])
def test_what_the_other_release_cannot_run_is_left_out(lacking):
    """A strategy that came with a later version; of the same release it is missing."""
    lacks, has = stored_on("3.12.1", lacks={"process": "too old"}), stored_on("3.13.0")
    sides = (lacks, has) if lacking == "baseline" else (has, lacks)
    judged = judge_stored(*sides, Margins(), across_versions=True)
    (left_out,) = {
        one.reason
        for one in judged.findings
        if one.case.startswith(PROCESS) and one.quantity != "time"
    }
    assert left_out == "Python 3.12.1 cannot run it"
    assert exit_code(judged) == 0
    same = compared(
        *((lacks, stored_on("3.12.4")) if lacking == "baseline" else (stored_on("3.12.4"), lacks))
    )
    assert exit_code(same) == 2


def test_a_target_that_only_one_run_has_is_missing_on_the_other():
    """It is no pass, and a regression of the shared one is still told."""
    both, one = stored_on("3.12.1", "3.13.0"), stored_on("3.12.1")
    assert exit_code(compared(both, one)) == exit_code(compared(one, both)) == 2
    assert exit_code(compared(both, stored_on("3.12.1", speedups={PROCESS: 1.2}))) == 1


def test_a_baseline_without_a_partner_takes_no_name_of_the_heads():
    """Its quantities would be compared with those of another interpreter."""
    both = stored_on("3.12.1", "3.13.0", names=("py", "old"))
    judged = compared(both, stored_on("3.13.0", names=("py",)))
    missing = {
        one.case.partition("@")[2] for one in judged.findings if one.change == Change.MISSING
    }
    assert missing == {"py of the baseline"}
