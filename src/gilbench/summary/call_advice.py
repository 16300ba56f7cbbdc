"""The answer about a user's call, from what was observed of it.

What it waits for, how long it has the GIL, and how to run it in parallel.

Policy: every interval is over launches, at 95 %. The share of time with the GIL comes from a
ticking thread, and what threads gain must agree with it; where it does not, something else than the
GIL holds the threads up, and what the cores did while they waited says what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gilbench.model import Estimate, Experiment, Observation, Run, Target
from gilbench.model.base import Frozen
from gilbench.plan.call_plan import id_without_site, most_workers
from gilbench.summary.call_facts import Facts, Observed, serial_calls
from gilbench.summary.call_free_threaded import FreeThreaded, against_free_threaded
from gilbench.summary.call_gil_share import agree
from gilbench.summary.call_reasons import findings_of, switched_on, why_not_more
from gilbench.summary.call_ways import WayRow, choose_way, failures_in_words, way_row
from gilbench.summary.tried_call import TriedCall


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
        sorted_out[experiment.target].add(experiment, observation)
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


def _advise(
    target: Target,
    observed: Observed,
    run: Run,
    enough_s: float,
    free_threaded: FreeThreaded | None,
) -> CallAdvice:
    trial = observed.trial
    rows = [way_row(way, seen) for way, seen in observed.ways.items()]
    rows.sort(key=lambda row: -(row.speed or 0.0))
    facts = Facts(observed, serial_calls(observed), _gain_of_two_threads(rows), enough_s)
    outcome, best, answer = choose_way(rows, facts)
    return CallAdvice(
        call=trial["shown"],
        form=trial["form"],
        target=target.id,
        call_s=facts.serial.call_s,
        bound=facts.bound,
        waits=facts.serial.waits,
        has_gil=facts.has_gil,
        holds_gil=facts.held,
        holds_gil_by_scaling=facts.held_by_scaling,
        agree=agree(facts.held, facts.held_by_scaling),
        longest_stall_ms=facts.longest_stall_ms,
        loop_stall_ms=facts.loop_stall_ms,
        serial_cores=facts.serial.cores,
        queued=facts.serial.queued,
        ceiling=facts.ceiling,
        pickle_args_ms=_pickling_ms(trial, "args_ns"),
        pickle_result_ms=_pickling_ms(trial, "result_ns"),
        result_bytes=trial["pickling"].get("result_bytes", 0),
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


def _gain_of_two_threads(rows: Sequence[WayRow]) -> Estimate | None:
    for row in rows:
        if row.strategy == "thread" and row.workers == 2:
            return row.gain
    return None


def _pickling_ms(trial: dict[str, Any], of: str) -> float | None:
    """What pickling and unpickling takes; None where it cannot be pickled."""
    pickling = trial["pickling"]
    return None if "problem" in pickling else pickling[of] / 1e6


def _at_the_limit(best: WayRow | None, cores: int) -> list[str]:
    """Whether more workers were not tried, though they might gain more."""
    if best is None or best.workers < most_workers(best.strategy, cores):
        return []
    return [f"more than {best.workers} workers were not tried; the gain may not end there"]
