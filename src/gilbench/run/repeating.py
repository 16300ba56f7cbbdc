"""Which ways to run a call are measured again, where the time does not suffice for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gilbench.plan.call_plan import IN_PROCESSES, Job

SWEEPS_WANTED = 4  # below that an interval is too wide to decide much


def worth_repeating(
    jobs: Sequence[Job],
    gains: Mapping[Job, float],
    first: Job,
    sweep_s: Callable[[Sequence[Job]], float],
    time_s: float,
) -> list[Job]:
    """Leave out the ways that gained least, until the rest fits into the time often enough.

    Args:
        jobs: What was measured once, the way that gained most anywhere among them.
        gains: What the ways among them gained.
        first: The way that readers ask about first, which is kept; so are the best way in this
            process and the best one in others.
        sweep_s: Seconds that measuring some jobs once takes.
        time_s: Seconds that are left.

    Returns:
        The jobs that are kept, the best way first.
    """
    kept = list(jobs)
    ways = sorted(gains, key=lambda job: gains[job])
    needed = {first}
    for in_processes in (False, True):
        same_kind = [job for job in ways if (job.strategy in IN_PROCESSES) == in_processes]
        needed.update(same_kind[-1:])
    for job in ways:
        if sweep_s(kept) * (SWEEPS_WANTED - 1) <= time_s:
            break
        if job not in needed:
            kept.remove(job)
    best = ways[-1:]
    return best + [job for job in kept if job not in best]
