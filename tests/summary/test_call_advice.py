"""The answers about a call, from made-up observations: what is advised, and what is blamed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests import synthetic
from tests.summary.calls import CALL_NS, advised, four, mapped

from gilbench.summary.call_facts import UNFINISHED_WAY
from gilbench.summary.call_lines import lines_of


def test_threads_that_release_the_gil_are_advised():
    """The simplest of the ways that are as good, not the fastest."""
    ways = {
        ("thread", 2): four(1.90, cores=1.9),
        ("thread-pool", 2): four(1.88, cores=1.9),
        ("process-pool", 2): four(1.95),
    }
    answer = advised(ways)
    assert answer.outcome == "use" and answer.best.strategy == "thread-pool"
    assert answer.bound == "CPU-bound" and answer.agree and not answer.why_not_more


def test_pure_python_takes_turns_and_goes_to_processes():
    """Threads gain nothing, by the GIL; processes do."""
    answer = advised({("thread", 2): four(1.0), ("process-pool", 2): four(1.8)}, share=1.0)
    assert answer.best.strategy == "process-pool"
    assert answer.agree and "take turns: a call holds the GIL" in answer.why_not_more[0]


def test_a_lock_inside_is_blamed_where_the_gil_is_free():
    """Threads wait for each other, on one core, and the ticking thread gets the GIL."""
    ways = {("thread", 2): four(1.0, cores=1.0), ("process-pool", 2): four(1.0)}
    answer = advised(ways, share=0.02)
    assert answer.outcome == "serial" and answer.agree is False
    assert "has its own lock" in answer.why_not_more[0]
    (line,) = [line for line in lines_of(answer) if line.startswith("holds the GIL for 2 %")]
    assert line.endswith("for another reason, named above")


def test_a_library_with_threads_is_named():
    """Serial calls keep two cores busy: nothing is left for workers, and no lock is blamed."""
    serial = {"wall_ns": 8 * CALL_NS, "idle_ns": 0, "cpu_ns": 15 * CALL_NS}
    threaded = mapped(1.0, cores=1.9)
    threaded["pairs"][0]["serial"] = serial
    answer = advised({("thread", 2): [threaded] * 4}, share=0.02)
    (why,) = answer.why_not_more
    assert why.startswith("serial calls keep 1.9 cores busy already")
    assert any(line.endswith("for another reason, named above") for line in lines_of(answer))


@pytest.mark.parametrize(
    ("share", "lock"), [(0.4, "the GIL or another lock"), (0.05, "a lock inside, for the GIL is")]
)
def test_short_releases_that_cost_more_than_they_give_are_counted(share, lock):
    """Threads that hand a lock over all the time lose by it; a few hundred times a second are usual."""
    ways = {("thread", 2): four(0.9, cores=1.4), ("process-pool", 2): four(1.8)}
    often = advised(ways, share=share, waits=(3, 2500)).why_not_more[0]
    assert "two threads wait for each other 25,000 times a second, one alone waits 30" in often
    assert lock in often
    seldom = advised(ways, share=share, waits=(3, 40)).why_not_more
    assert not any("for each other 4" in why for why in seldom)


@pytest.mark.parametrize("cores", [1.4, 1.95])
def test_cores_that_gain_nothing_are_contention(cores):
    """Both cores are busy, or one and a half, the GIL is free, and nothing is gained."""
    answer = advised({("thread", 2): four(1.0, cores=cores)}, share=0.02)
    assert "contend for memory" in answer.why_not_more[0]


@pytest.mark.parametrize("missing", ["ceiling", "queue"])
def test_missing_cores_refute_nothing(missing):
    """Neither serial calls are advised nor a lock is blamed on a host whose cores others use."""
    queued, ceiling = (0.4, 1.9) if missing == "queue" else (0.0, 1.1)
    ways = {("thread", 2): four(0.9, queued=queued), ("process-pool", 2): four(0.8, queued=queued)}
    answer = advised(ways, ceiling=ceiling)
    assert answer.outcome == "undecided"
    (why,) = [why for why in answer.why_not_more if "cores are missing" in why]
    shown = "no core was free for 40 %" if missing == "queue" else "reached 1.10× of 2×"
    assert shown in why and " 0 % " not in why and "1.9" not in why
    assert not [why for why in answer.why_not_more if "lock" in why]
    assert answer.holds_gil_by_scaling is None


def test_a_call_that_waits_half_of_its_time_is_not_blamed_on_other_work():
    """Its wait is its own."""
    answer = advised({("thread", 2): four(1.5, waits=0.45)}, share=0.5)
    assert answer.bound == "waits and computes" and answer.waits == pytest.approx(0.45, abs=0.01)
    assert not [why for why in answer.why_not_more if "cores are missing" in why]


def test_a_call_that_waits_for_its_own_processes_says_so():
    """The wait is for their work, and not for input or output."""
    answer = advised({("thread", 2): four(1.5, waits=0.7)}, children_ns=12 * 10**6)
    assert "it starts processes, which computed for 12 ms in its first call; it waits" in " ".join(
        answer.findings
    )
    assert answer.bound == "waits for its processes"
    assert advised({("thread", 2): four(1.5, waits=0.7)}).bound == "I/O-bound"


def test_the_wait_of_a_call_does_not_shrink_on_a_busy_host():
    """It waits and computes for the same time, and is kept from a core for six tenths."""
    answer = advised({("thread", 2): four(1.0, waits=0.2, queued=0.6)})
    assert answer.waits == pytest.approx(0.5, abs=0.01)
    assert answer.queued == pytest.approx(0.6, abs=0.01)


def test_the_most_workers_that_are_tried_are_no_end_of_the_gain():
    """Where the best way has as many as are ever tried, that is said."""
    ways = {("thread", 64): four(60, waits=0.98), ("thread", 128): four(110, waits=0.98)}
    answer = advised(ways)
    assert answer.best.workers == 128
    assert [why for why in answer.why_not_more if "more than 128 workers were not tried" in why]


def test_what_failed_is_a_row_and_the_rest_is_advised():
    """A failed way has no gain, and its cause in words."""
    failed = [{"failed": "TypeError: cannot pickle '_thread.lock' object"}]
    answer = advised({("thread", 2): four(1.9, cores=1.9), ("process-pool", 2): failed})
    assert answer.best.strategy == "thread"
    row = next(row for row in answer.ways if row.strategy == "process-pool")
    assert row.speed is None and row.failed.startswith("it cannot be pickled")


def test_a_faster_way_that_had_one_launch_is_named():
    """Two workers are no last word where sixty-four were thirty times as fast."""
    answer = advised(
        {("thread", 2): four(2.0, waits=0.95), ("thread", 64): [mapped(60, waits=0.95)]}
    )
    assert answer.best.workers == 2
    assert "Thread, 64 workers ran it 60.00× as fast in its only launch" in answer.answer


def test_the_ways_stand_in_the_order_of_what_is_shown():
    """The estimate over launches, which is not their median."""
    skewed = [mapped(gain) for gain in (0.7, 1.0, 1.0, 1.8)]
    ways = {("process-pool", 2): four(1.04), ("thread", 2): skewed, ("pool", 2): [mapped(1.2)]}
    shown = [row.speed for row in advised(ways).ways]
    assert shown == sorted(shown, reverse=True)
    assert all(row.gain is None or row.gain.center == row.speed for row in advised(ways).ways)


def test_one_launch_decides_nothing():
    """A point without an interval is shown, and no advice rests on it."""
    answer = advised({("thread", 2): [mapped(1.9)]})
    assert answer.outcome == "undecided" and answer.ways[0].speed == pytest.approx(1.9, rel=0.01)


def test_pickling_that_takes_longer_than_the_call_is_blamed():
    """It says what a call costs to hand over."""
    pickling = {"args_ns": 10**6, "args_bytes": 10, "result_ns": 10**7, "result_bytes": 10**6}
    answer = advised({("process-pool", 2): four(0.3)}, pickling=pickling)
    assert "processes have to pickle every call and its result: 11 ms" in answer.why_not_more[0]


def test_an_extension_that_switches_the_gil_on_is_named_with_the_remedy():
    """Once, as the first reason."""
    answer = advised({("thread", 2): four(1.0)}, gil_before=False, gil_culprits=["fast_xml"])
    assert "fast_xml" in answer.why_not_more[0] and answer.why_not_more[0].endswith(",gil=0")
    assert not [line for line in lines_of(answer) if "fast_xml" in line]


def test_ways_without_time_are_named():
    """What was left out is said, since advice cannot name it."""
    answer = advised({("thread", 2): four(1.0)})
    assert [finding for finding in answer.findings if "no time for process-pool" in finding]


def test_a_fork_that_was_not_done_when_time_was_up_is_named():
    """It may hang; that is a finding and no failure, and none where it was measured otherwise."""
    hung = {"failed": f"{UNFINISHED_WAY} 2.1 s, where 0.1 s were expected"}
    answer = advised({("thread", 2): four(1.0), ("process-pool", 2): [hung]})
    (finding,) = [each for each in answer.findings if "start-method=spawn" in each]
    assert finding.startswith("process-pool was not done after 2.1 s, where 0.1 s were expected")
    assert not any("no time for process-pool" in each for each in answer.findings)
    assert [row.strategy for row in answer.ways] == ["thread"] and answer.outcome == "undecided"
    done = advised({("thread", 2): four(1.0), ("process-pool", 2): [hung, *four(1.8)]})
    assert done.outcome == "use" and not any("not done" in each for each in done.findings)


def test_a_way_that_failed_stays_in_the_answer():
    """Threads that share a connection fail: the advice to use processes says so, once per cause."""
    words = "ProgrammingError: objects created in a thread ... thread id "
    ways = {
        ("thread", 2): [{"failed": words + "17"}],
        ("thread-pool", 2): [{"failed": words + "4"}],
    }
    answer = advised({**ways, ("process-pool", 2): four(1.8)})
    assert answer.outcome == "use"
    (reason,) = [why for why in answer.why_not_more if "could not run it" in why]
    assert reason.startswith("Thread, ThreadPoolExecutor could not run it: it uses something that")


@pytest.mark.parametrize("way", ["thread", "process-pool"])
def test_one_kind_of_workers_is_no_reason_to_keep_it_serial(way):
    """The other may gain, or did in its only launch."""
    alone = advised({(way, 2): four(1.0)})
    assert alone.outcome == "undecided" and "were not measured well enough" in alone.answer
    other = "process-pool" if way == "thread" else "thread"
    once = advised({(way, 2): four(1.0), (other, 2): [mapped(1.9)]})
    assert once.outcome == "undecided" and "1.90× as fast in its only launch" in once.answer
    assert advised({(way, 2): four(1.0), (other, 2): four(1.0)}).outcome == "serial"
    assert advised({(way, 2): four(1.0), (other, 2): [{"failed": "no"}]}).outcome == "serial"


def test_where_cores_were_missing_no_longer_budget_is_promised():
    """Other work has to end first."""
    noisy = [mapped(gain) for gain in (0.7, 1.0, 1.3, 1.6)]
    answer = advised({("thread", 2): noisy}, ceiling=1.1)
    assert answer.outcome == "undecided" and answer.answer.endswith("end other work and ask again")


def test_one_launch_on_a_busy_host_asks_for_cores_and_no_budget():
    """What it would take depends on the other work."""
    answer = advised({("thread", 2): [mapped(1.9)]}, ceiling=1.1).answer
    assert answer.endswith("1.90× as fast; cores were missing: end other work and ask again")


def test_the_fastest_in_one_launch_is_the_best_of_what_is_not_decided():
    """It is what a longer budget would decide on."""
    noisy = [mapped(gain) for gain in (0.7, 1.0, 1.3, 1.6)]
    answer = advised({("thread", 2): noisy, ("process-pool", 8): [mapped(7.0)]}).answer
    assert "ProcessPoolExecutor, 8 workers, ran it 7.00× as fast in its only launch" in answer


@pytest.mark.parametrize(("stall_ns", "blocks"), [(CALL_NS, True), (CALL_NS // 10, False)])
def test_a_coroutine_that_waits_without_awaiting_is_named(stall_ns, blocks):
    """Its event loop stands still for as long as it waits."""
    ways = {("asyncio", 2): four(1.0, waits=0.9), ("thread", 2): four(1.9, waits=0.9)}
    answer = advised(ways, form="coroutine", loop_stall_ns=stall_ns)
    assert any("blocks its event loop" in why for why in answer.why_not_more) == blocks


def test_no_time_for_any_way_is_not_decided():
    """It is no failure of them, and the budget that is named suits the call."""
    short, long = advised({}).answer, advised({}, call_ns=20_000_000_000).answer
    assert (
        short == "not decided: there was no time to run it in parallel; give it more: --budget 20"
    )
    assert long.endswith("give it more: --budget 410")


def test_a_target_that_knows_no_pool_of_interpreters_is_advised(monkeypatch):
    """As in a run of an older gilbench, or one that was changed."""
    target = synthetic.make_target()
    known = tuple(each for each in target.description.strategies if each.name != "interpreter-pool")
    older = replace(target, description=replace(target.description, strategies=known))
    monkeypatch.setattr(synthetic, "make_target", lambda: older)
    findings = advised({("thread", 2): four(1.9)}).findings
    assert not any("interpreter-pool" in finding for finding in findings)
