"""Observations of calls that were never made, and the answers about them."""

from __future__ import annotations

from tests import synthetic

from gilbench.model import Effort, Experiment, Observation, PlannedItem
from gilbench.plan.call_plan import CEILING, MAP, TICKER, TRY
from gilbench.summary.call_advice import advise_calls

CALL_NS = 1_000_000
TRIAL = {
    "call_ns": CALL_NS,
    "found_ns": 0,
    "wait_share": 0.0,
    "shown": "f()",
    "form": "plain",
    "findings": [],
    "output_bytes": 0,
    "pickling": {"args_ns": 1000, "args_bytes": 10, "result_ns": 1000, "result_bytes": 10},
    "gil_before": True,
    "gil_after": True,
    "gil_culprits": [],
}


def mapped(gain, *, waits=0.0, queued=0.0, cores=1.0):
    """What a launch observed of a way that gained so much; the workers kept so many cores busy."""
    serial = {"wall_ns": 8 * CALL_NS, "idle_ns": int(8 * CALL_NS * waits)}
    serial["cpu_ns"] = int(8 * CALL_NS * (1 - waits - queued))
    parallel_ns = int(8 * CALL_NS / gain)
    parallel = {"wall_ns": parallel_ns, "idle_ns": 0, "cpu_ns": int(cores * parallel_ns)}
    pairs = [{"serial": serial, "parallel": parallel}]
    return {"start_ns": 10**6, "stop_ns": 0, "pairs": pairs, "serial_calls": 8, "parallel_calls": 8}


def advised(ways, *, share=0.0, ceiling=1.95, waits=(0, 0), loop_stall_ns=0, **trial):
    """The answer for ways, by strategy and workers: four launches that differ by a per cent."""
    run = synthetic.make_run()
    target = run.targets[0].id
    measured = [
        (TRY, {}, [{**TRIAL, **trial}]),
        (CEILING, {"workers": 2}, [{"ceiling": ceiling}] * 4),
        (TICKER, {"threads": 1}, [ticked(share, waits[0]) | {"loop_stall_ns": loop_stall_ns}] * 4),
        (TICKER, {"threads": 2}, [ticked(share, waits[1])] * 4),
    ]
    for (strategy, workers), observed in ways.items():
        measured.append((MAP, {"strategy": strategy, "workers": workers}, observed))
    experiments: dict[str, list[dict]] = {}
    observations = []
    for probe, condition, observed in measured:
        conditions = experiments.setdefault(probe, [])
        conditions.append(condition)
        for launch, seen in enumerate(observed):
            item = f"{probe}@{target}"
            observations.append(Observation(item, launch, len(conditions) - 1, 0.0, 1, seen))
    plan = [
        PlannedItem(Experiment(target, probe, tuple(conditions)), Effort((4,), 1))
        for probe, conditions in experiments.items()
    ]
    (answer,) = advise_calls(synthetic.make_run(tuple(plan)), observations)
    return answer


def ticked(share, waits):
    """What a ticking thread observed in a tenth of a second."""
    times = {"wall_ns": 10**8, "cpu_ns": 10**8}
    return {"share": share, "ticks": 300, "stall_ns": 0, "waits": waits, **times}


def four(gain, **observed):
    """Four launches of about that gain."""
    return [mapped(gain * factor, **observed) for factor in (0.99, 1.0, 1.0, 1.01)]
