"""What a launch is asked for about a user's call, and its answer as the journal has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gilbench.measure.answers import decode_observed
from gilbench.measure.launches import Launch
from gilbench.plan.amounts import ceiling_amounts
from gilbench.plan.call_plan import CEILING, TICKER, CallPlan, Job


def ask(
    launch: Launch, job: Job, plan: CallPlan, call: Mapping[str, Any], limit_s: float
) -> dict[str, Any]:
    """Have a launch do a job.

    Args:
        launch: The launch.
        job: What is measured.
        plan: How many calls that takes.
        call: What is called and in which form; perhaps ``start_method``, that of processes.
        limit_s: How long it may take.

    Raises:
        MeasurementError: There is no answer, or none that can be.
    """
    if job.probe == CEILING:
        params = ceiling_amounts(job.condition["workers"])
        observed = launch.ask("probe", limit_s, probe="ceiling", params=params)
    elif job.probe == TICKER:
        params = {**call, **plan.ticker_amounts(job)}
        observed = launch.ask("probe", limit_s, probe="ticker", params=params)
    else:
        amounts = plan.amounts(job)
        observed = launch.ask("map calls", limit_s, **{**call, **job.condition, **amounts})
        observed["start_method"] = call.get("start_method", "")
        observed["serial_calls"] = amounts["serial_batches"] * amounts["serial_calls"]
        observed["parallel_calls"] = amounts["batches"] * amounts["calls"]
    return decode_observed(job.probe, observed)
