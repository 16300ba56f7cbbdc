"""The answer about a user's call, from what was observed of it.

What it waits for, how long it has the GIL, and how to run it in parallel.

Policy: every interval is over launches, at 95 %. The share of time with the GIL comes from a
ticking thread, and what threads gain must agree with it; where it does not, something else than the
GIL holds the threads up, and what the cores did while they waited says what.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gilbench.analysis.location import locate
from gilbench.model import Estimate, Experiment, Observation, Run, Target
from gilbench.model.base import Frozen
from gilbench.plan.call_plan import CEILING, MAP, TICKER, TRY, id_without_site, most_workers
from gilbench.summary.call_free_threaded import FreeThreaded, against_free_threaded
from gilbench.summary.call_gain import serial_call_s, serial_share, waiting_share
from gilbench.summary.call_reasons import (
    UNFINISHED_WAY,
    Facts,
    Observed,
    findings_of,
    switched_on,
    why_not_more,
)
from gilbench.summary.call_ways import (
    CONFIDENCE,
    WayRow,
    choose_way,
    failures_in_words,
    way_row,
)
from gilbench.summary.tried_call import TriedCall

LOST_OTHERWISE = 0.85  # of the gain that the GIL allows, threads reach at least
IO_BOUND, CPU_BOUND = 0.5, 0.1  # shares of its time that a call waits
AGREE_WITHIN = 0.05  # of the share with the GIL, measured in two ways
UNSEEN = 0.02  # of the share with the GIL: the ticking thread's own error (tools/held_share.py)


class CallAdvice(Frozen, frozen=True):
    """The answer for one call on one target.

    Attributes:
        call: How it is called.
        form: "plain", "generator", "coroutine" or "async generator".
        target: The target's id.
        call_s: Seconds of a call.
        bound: "CPU-bound", "I/O-bound", "waits and computes", or "waits for its processes".
        waits: Share of its time for which it waits.
        has_gil: Whether it runs with the GIL.
        holds_gil: Share of its time for which it has the GIL; None without one, or not measured.
        holds_gil_by_scaling: What the gain of two threads leaves for that share, from and to; None
            if not measured.
        agree: Whether the two agree; None where one is missing.
        longest_stall_ms: The longest time for which another thread did not get the GIL; None
            without one.
        loop_stall_ms: The longest time for which an event loop stands still that calls or awaits
            it; None if not measured.
        serial_cores: Cores that one call after another keeps busy.
        queued: Share of the time of serial calls for which they could run and no core was free.
        ceiling: What two spinning processes reached, of two.
        pickle_args_ms: What it takes to pickle and unpickle a call; None where that cannot be.
        pickle_result_ms: The same of its result.
        result_bytes: Size of the pickled result.
        ways: What was measured, the best first.
        free_threaded: What a free-threaded interpreter does to it; None where none was measured.
        best: The way that is advised; None for serial calls, or where it is not decided.
        outcome: "use", "serial" or "undecided".
        answer: The advice in a sentence.
        why_not_more: What keeps the calls from gaining more, each with what shows it.
        findings: How the call was made, and what it does besides.
    """

    call: str
    form: str
    target: str
    call_s: float
    bound: str
    waits: float
    has_gil: bool
    holds_gil: Estimate | None
    holds_gil_by_scaling: tuple[float, float] | None
    agree: bool | None
    longest_stall_ms: float | None
    loop_stall_ms: float | None
    serial_cores: float
    queued: float
    ceiling: float | None
    pickle_args_ms: float | None
    pickle_result_ms: float | None
    result_bytes: int
    ways: tuple[WayRow, ...]
    free_threaded: FreeThreaded | None
    best: WayRow | None
    outcome: str
    answer: str
    why_not_more: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def where(self) -> str:
        """The target for a reader, who did not ask for its installed packages by ``site=1``."""
        return id_without_site(self.target)


def advise_calls(run: Run, observations: Sequence[Observation]) -> list[CallAdvice]:
    """The answer for the call on every target on which it was tried."""
    sorted_out = {target.id: Observed() for target in run.targets}
    conditions = {}
    for planned in run.plan:
        if isinstance(planned.item, Experiment):
            conditions[planned.item.id] = planned.item
    for observation in observations:
        experiment = conditions[observation.item]
        _sort(sorted_out[experiment.target], experiment, observation)
    tried = [target for target in run.targets if "shown" in sorted_out[target.id].trial]
    answers = []
    for target in tried:
        observed = sorted_out[target.id]
        free_threaded = _free_threaded(target, run.targets, sorted_out)
        enough_s = len(tried) * _enough_s(target, observed.trial, run)
        answers.append(_advise(target, observed, run, enough_s, free_threaded))
    return answers


def _enough_s(target: Target, trial: dict[str, Any], run: Run) -> float:
    """Seconds that are enough for a target: more than what was not, whatever was expected."""
    plan = TriedCall(target, trial).plan(0.0, run.host.usable_cores, ())
    began, ended = run.started_utc, run.ended_utc or run.started_utc
    spent_s = (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()
    return max(plan.enough_s, 2 * spent_s)


def _free_threaded(
    target: Target, targets: Sequence[Target], observed: Mapping[str, Observed]
) -> FreeThreaded | None:
    """What the free-threaded target of the run does to the call on another target."""
    if target.description.free_threaded_build:
        return None
    for other in targets:
        if other.description.free_threaded_build:
            return against_free_threaded(observed[target.id], other, observed[other.id])
    return None


def _sort(observed: Observed, experiment: Experiment, observation: Observation) -> None:
    """File an observation by what was measured."""
    condition, seen = experiment.conditions[observation.condition], observation.observed
    if experiment.probe == TRY:
        observed.trial = seen
    elif experiment.probe == MAP and str(seen.get("failed", "")).startswith(UNFINISHED_WAY):
        observed.unfinished[condition["strategy"]] = seen["failed"]
    elif experiment.probe == MAP:
        observed.ways.setdefault((condition["strategy"], condition["workers"]), []).append(seen)
    elif "failed" in seen:
        return
    elif experiment.probe == TICKER:
        observed.tickers.setdefault(condition["threads"], []).append(seen)
    elif experiment.probe == CEILING:
        observed.ceilings.append(seen["ceiling"])


def _advise(
    target: Target,
    observed: Observed,
    run: Run,
    enough_s: float,
    free_threaded: FreeThreaded | None,
) -> CallAdvice:
    trial, pickling = observed.trial, observed.trial["pickling"]
    rows = [way_row(key, seen) for key, seen in observed.ways.items()]
    rows.sort(key=lambda row: -(row.speed or 0.0))
    has_gil = bool(trial["gil_after"])
    facts = _facts(observed, rows, enough_s, has_gil=has_gil)
    by_scaling = None
    if has_gil and trial["form"] in ("plain", "generator") and not facts.cores_were_missing:
        by_scaling = _held_by_scaling(facts.two_threads, facts.ceiling)
    outcome, best, answer = choose_way(rows, facts)
    tickers = observed.tickers.get(1, [])
    stalls = [seen["stall_ns"] / 1e6 for seen in tickers]
    return CallAdvice(
        call=trial["shown"],
        form=trial["form"],
        target=target.id,
        call_s=facts.call_s,
        bound=_bound(facts.waits, bool(facts.trial.get("children_ns"))),
        waits=facts.waits,
        has_gil=has_gil,
        holds_gil=facts.held,
        holds_gil_by_scaling=by_scaling,
        agree=_agree(facts.held, by_scaling),
        longest_stall_ms=max(stalls) if stalls and has_gil else None,
        loop_stall_ms=_loop_stall_ms(trial["form"], facts.call_s, tickers),
        serial_cores=facts.serial_cores,
        queued=facts.queued,
        ceiling=facts.ceiling,
        pickle_args_ms=None if "problem" in pickling else pickling["args_ns"] / 1e6,
        pickle_result_ms=None if "problem" in pickling else pickling["result_ns"] / 1e6,
        result_bytes=pickling.get("result_bytes", 0),
        ways=tuple(rows),
        free_threaded=free_threaded,
        best=best,
        outcome=outcome,
        answer=answer,
        why_not_more=(
            *switched_on(target, trial),
            *why_not_more(facts),
            *failures_in_words(rows),
            *_at_the_limit(best, run.host.usable_cores),
        ),
        findings=tuple(findings_of(target, facts)),
    )


def _facts(observed: Observed, rows: Sequence[WayRow], enough_s: float, *, has_gil: bool) -> Facts:
    """What the advice rests on."""
    serial = _serial_calls(observed)
    two_threads = None
    for row in rows:
        if row.strategy == "thread" and row.workers == 2:
            two_threads = row.gain
    return Facts(
        trial=observed.trial,
        observed=observed,
        held=held_share(observed.tickers.get(1, [])) if has_gil else None,
        waits=serial.waits,
        serial_cores=serial.cores,
        queued=serial.queued,
        ceiling=statistics.median(observed.ceilings) or None if observed.ceilings else None,
        two_threads=two_threads,
        call_s=serial.call_s,
        enough_s=enough_s,
    )


@dataclass(frozen=True)
class SerialCalls:
    """What calls one after another did: medians over launches.

    Attributes:
        call_s: Seconds of a call.
        waits: Share of its time for which it waits.
        cores: Cores that the calls keep busy.
        queued: Share of their time for which they could run and no core was free.
    """

    call_s: float
    waits: float
    cores: float
    queued: float


def _serial_calls(observed: Observed) -> SerialCalls:
    """Serial calls as the pairs of every way have them; without any, as the trial does."""
    measured = []
    for launches in observed.ways.values():
        measured += [seen for seen in launches if "pairs" in seen]
    if not measured:
        waits = observed.trial["wait_share"] or 0.0
        return SerialCalls(observed.trial["call_ns"] / 1e9, waits, 1 - waits, 0.0)
    cores = statistics.median([serial_share(seen, "cpu_ns") for seen in measured])
    idle = statistics.median([serial_share(seen, "idle_ns") for seen in measured])
    return SerialCalls(
        call_s=statistics.median(map(serial_call_s, measured)),
        waits=statistics.median(map(waiting_share, measured)),
        cores=cores,
        queued=max(0.0, 1 - idle - cores),
    )


def _agree(held: Estimate | None, by_scaling: tuple[float, float] | None) -> bool | None:
    """Whether the share with the GIL agrees with what the gain leaves for it."""
    if held is None or by_scaling is None:
        return None
    least, most = by_scaling
    return held.lo <= most + AGREE_WITHIN and least <= held.hi + AGREE_WITHIN


def _loop_stall_ms(form: str, call_s: float, tickers: Sequence[Mapping[str, Any]]) -> float | None:
    """For how long an event loop stands still: for a whole call, where it is no coroutine."""
    if form in ("plain", "generator"):
        return 1e3 * call_s
    stalls_ns = [seen["loop_stall_ns"] for seen in tickers if "loop_stall_ns" in seen]
    return max(stalls_ns) / 1e6 if stalls_ns else None


def _at_the_limit(best: WayRow | None, cores: int) -> list[str]:
    """Whether more workers were not tried, though they might gain more."""
    if best is None or best.workers < most_workers(best.strategy, cores):
        return []
    return [f"more than {best.workers} workers were not tried; the gain may not end there"]


def _bound(waits: float, has_children: bool) -> str:
    if has_children and waits > CPU_BOUND:
        return "waits for its processes"
    if waits >= IO_BOUND:
        return "I/O-bound"
    return "CPU-bound" if waits <= CPU_BOUND else "waits and computes"


def held_share(seen: Sequence[dict[str, Any]]) -> Estimate | None:
    """The share of the time, over launches; no closer than the ticks and their number allow."""
    if not seen:
        return None
    ticks = sum(each["ticks"] for each in seen)
    shares = [each["share"] for each in seen]
    location = locate(shares)
    if location is None:
        center, reach = shares[0], 0.1 + UNSEEN + 2 / math.sqrt(max(4, ticks))
    else:
        center = location.center
        reach = (location.interval(CONFIDENCE)[1] - center) + 3 / max(3, ticks) + UNSEEN
    return Estimate(
        center, max(0.0, center - reach), min(1.0, center + reach), "", len(shares), CONFIDENCE
    )


def _held_by_scaling(gain: Estimate | None, ceiling: float | None) -> tuple[float, float] | None:
    """The shares that a gain of two threads allows.

    Threads that never meet gain min(2, 1/h) where each holds the GIL for a share h; threads that
    meet at random gain 2/(1 + h²) (two customers of one server). What is measured lies between the
    two.
    """
    if gain is None:
        return None
    reach = max(1.0, min(2.0, ceiling)) / 2 if ceiling else 1.0
    slowest = max(1.0, min(2.0, gain.lo))
    # What the host kept from the threads, the GIL did not; and threads lose a little otherwise.
    fastest = max(1.0, min(2.0, gain.hi / reach / LOST_OTHERWISE))
    return math.sqrt(max(0.0, 2 / fastest - 1)), 1 / slowest
