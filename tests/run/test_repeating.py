"""Which ways to run a call are measured again where the time is short."""

from gilbench.plan.call_plan import MAP, TICKER, Job
from gilbench.run.repeating import SWEEPS_WANTED, worth_repeating

THREAD, POOL = Job(MAP, "thread", 2), Job(MAP, "thread-pool", 2)
PROCESS, EXECUTOR = Job(MAP, "process", 2), Job(MAP, "process-pool", 2)
TICKING = Job(TICKER, workers=2)
JOBS = [THREAD, TICKING, EXECUTOR, POOL, PROCESS]
GAINS = {THREAD: 1.0, POOL: 1.1, PROCESS: 1.6, EXECUTOR: 1.8}


def kept(time_s):
    """Of jobs that take a second each."""
    return worth_repeating(JOBS, GAINS, first=THREAD, sweep_s=len, time_s=time_s)


def test_with_time_for_all_the_best_way_comes_first():
    """It needs an interval most; nothing is left out."""
    all_of_them = (SWEEPS_WANTED - 1) * len(JOBS)
    assert kept(all_of_them) == [EXECUTOR, THREAD, TICKING, POOL, PROCESS]


def test_what_gained_least_is_left_out_but_for_what_readers_ask():
    """Threads stay, and so do the best way in this process and in others, and what is no way."""
    assert kept(0) == [EXECUTOR, THREAD, TICKING, POOL]
