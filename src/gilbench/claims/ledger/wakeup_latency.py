"""B6, B7 and B8: how long CPU-bound threads delay an I/O thread, and what ends the delay."""

from __future__ import annotations

from typing import Any

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, observed, observed_ratio
from gilbench.claims.rules import AnyOf, above, below, within
from gilbench.experiments import wakeup
from gilbench.model import Outcome

# "By one switch interval" as equivalence: the next check and the wake-up of the thread add some
# 0.1 ms, and two acquisitions would be 2.
LEAST_INTERVAL, MOST_INTERVAL = 0.8, 1.3

# The tail of a wait that may last several intervals; one interval and a wake-up is 1.1.
LONGER = 1.5

# Of the delay that a CPU-bound thread causes, what moving it into a process must give back: most of
# it. The rest is left to the operating system, which schedules three programs on the cores.
MOST = 0.75

# Beyond this share of an interval the host itself delays a thread that is alone.
QUIET = 0.5
QUIET_MS = QUIET * 1000 * wakeup.USUAL_INTERVAL_S


def tail(setting: Setting, where: str, condition: dict[str, Any]) -> Quantity:
    return observed_ratio(
        wakeup.experiment(setting.target),
        f"p{wakeup.TAIL} of wake-up {where}",
        lambda seen: wakeup.percentile_ms(seen, condition, wakeup.TAIL),
        " ms",
    )


def in_intervals(setting: Setting, name: str, percent: float) -> Quantity:
    """A percentile of the wake-up alongside two threads over the switch interval."""
    return observed_ratio(
        wakeup.experiment(setting.target),
        f"{name} wake-up alongside two CPU threads over the switch interval",
        lambda seen: wakeup.in_intervals(seen, wakeup.TWO_THREADS_AT_5_MS, percent),
    )


def host_is_quiet(setting: Setting, *conditions: dict[str, Any]) -> tuple[Guard, ...]:
    """A thread that is alone wakes up well within a switch interval, and CPU threads have a core.

    Args:
        setting: Where the claim is tested.
        conditions: Those in which threads compute and that decide the claim.
    """
    alone = tail(setting, "alone", wakeup.ALONE)
    cores = observed(
        wakeup.experiment(setting.target),
        "cores used where CPU threads were alongside",
        " cores",
        lambda seen: wakeup.cores_used(seen, conditions),
    )
    return (
        Guard(below(alone, QUIET_MS), margins.BUSY_HOST),
        Guard(above(cores, margins.UNDISTURBED), margins.BUSY_HOST),
    )


def one_thread_question(setting: Setting) -> Question:
    growth = observed(
        wakeup.experiment(setting.target),
        "ms of median wake-up per ms of switch interval, alongside one CPU thread",
        "",
        wakeup.median_per_interval,
    )
    at_5_ms = tail(setting, "alongside one CPU thread, interval 5 ms", wakeup.ONE_THREAD_AT_5_MS)
    return Question(
        proved=within(growth, LEAST_INTERVAL, MOST_INTERVAL),
        refuted=AnyOf((below(growth, LEAST_INTERVAL), above(growth, MOST_INTERVAL))),
        effect=growth,
        guards=host_is_quiet(setting, *wakeup.ONE_THREAD),
        also=(at_5_ms,),
    )


def two_threads_question(setting: Setting) -> Question:
    median = in_intervals(setting, "median", 50)
    slowest_tenth = in_intervals(setting, f"p{wakeup.TAIL} of", wakeup.TAIL)
    at_5_ms = tail(setting, "alongside two CPU threads, interval 5 ms", wakeup.TWO_THREADS_AT_5_MS)
    return Question(
        proved=above(slowest_tenth, LONGER),
        refuted=below(slowest_tenth, LONGER),
        effect=slowest_tenth,
        guards=host_is_quiet(setting, wakeup.TWO_THREADS_AT_5_MS),
        also=(median, at_5_ms),
    )


def process_question(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL: threads take no latency that a process could give back")
    given_back = observed(
        wakeup.experiment(setting.target),
        "share of the delay by a CPU thread that a CPU process does not cause",
        "",
        wakeup.share_given_back,
    )
    return Question(
        proved=above(given_back, MOST),
        refuted=below(given_back, MOST),
        effect=given_back,
        guards=host_is_quiet(setting, wakeup.ONE_THREAD_AT_5_MS),
        also=(
            tail(setting, "alongside one CPU thread, interval 5 ms", wakeup.ONE_THREAD_AT_5_MS),
            tail(setting, "alongside one CPU process", wakeup.ONE_PROCESS),
        ),
    )


CLAIMS = (
    Claim(
        id="B6",
        statement="One CPU thread delays an I/O thread's wake-up by about one switch interval",
        family="latency",
        source="David Beazley, Understanding the Python GIL, PyCon 2010; bpo-7946, convoy effect",
        explanation=(
            "A thread whose data have arrived still needs the GIL. The CPU-bound thread releases "
            "it only on request, after the switch interval, so every wait for I/O is followed by a "
            "wait of that length. Measured where one call waits once, in recv() on a blocking "
            "socket; the interval is varied, and the median wait follows it. A request that waits "
            "several times pays several times."
        ),
        measured=(
            "Another process sends stamped messages to a thread that waits in recv() while a "
            "second thread computes, at switch intervals of 1, 5 and 20 ms."
        ),
        rule=(
            f"PROVED if the median wait certainly grows by {LEAST_INTERVAL} to {MOST_INTERVAL} "
            "ms per ms of the interval; REFUTED if certainly by less or more; asked only where "
            f"a thread alone waits {QUIET_MS:g} ms at p90 at most, and the CPU-bound thread has "
            f"more than {margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that next to a CPU-bound thread each wait of an I/O thread costs 5 ms "
            "by default, and that a shorter interval or a process shortens it; REFUTED means "
            "that it costs less, as without the GIL, or more."
        ),
        surprise=(
            "The usual advice is that the GIL does not matter to threads that wait for I/O. That "
            "leaves out who else is in the process: one CPU-bound thread that never touches the "
            "I/O may stand between a reply and the thread it is for."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=one_thread_question,
        figure="latency",
    ),
    Claim(
        id="B7",
        statement=(
            "Alongside two CPU threads one wake-up of an I/O thread in ten takes over 1.5 switch "
            "intervals"
        ),
        family="latency",
        source="bpo-7946, convoy effect: the GIL has no queue and no priorities",
        explanation=(
            "When the GIL is released, any of the threads that wait for it may acquire it. "
            "Alongside two CPU-bound threads, the thread whose data arrived long ago may have to "
            "see the other one pass, for another interval, and again. Half of the waits still end "
            "after one; the slowest tenth is what is tested."
        ),
        measured=(
            "Another process sends stamped messages to a thread that waits in recv() while two "
            "other threads compute, at a switch interval of 5 ms."
        ),
        rule=(
            f"PROVED if the 90th percentile of a launch's waits is certainly above {LONGER} "
            "intervals; REFUTED if it is certainly below; asked only where a thread alone waits "
            f"{QUIET_MS:g} ms at p90 at most, and the CPU-bound threads have more than "
            f"{margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that the switch interval is no upper limit for your slowest replies; "
            f"REFUTED means that nine in ten take less than {LONGER} intervals."
        ),
        surprise=(
            "The switch interval reads like the longest that a thread has to wait. It is only the "
            "time after which the holder is asked to release the GIL, and who acquires it then is "
            "not settled by who has waited longest."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=two_threads_question,
        figure="latency",
    ),
    Claim(
        id="B8",
        statement=(
            "Moving the CPU work into a process takes away three quarters or more of the delay "
            "(p90) of an I/O thread"
        ),
        family="latency",
        source=(
            "Python documentation, multiprocessing: side-steps the GIL by using subprocesses "
            "instead of threads"
        ),
        explanation=(
            "A process computes under its own GIL. The I/O thread then shares cores with it and no "
            "lock, and the operating system wakes it within fractions of a millisecond."
        ),
        measured=(
            "The slowest tenth of an I/O thread's waits is measured alone, alongside one "
            "CPU-bound thread and alongside one CPU-bound process."
        ),
        rule=(
            f"PROVED if certainly more than {100 * MOST:g} % of the delay goes away with the "
            "thread's move into a process; REFUTED if certainly less; asked only where a thread "
            f"alone waits {QUIET_MS:g} ms at p90 at most, and the CPU-bound thread has more than "
            f"{margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that a server gets its latency back when the computation moves out of "
            "its process; REFUTED means that the load delays it and not the lock."
        ),
        surprise=(
            "Moved to a process the work is the same and so are the cores, and processes are "
            "heavier, so little seems to be gained. That holds if it was the load that delayed the "
            "I/O thread, and not the lock."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=process_question,
        figure="latency",
    ),
)
