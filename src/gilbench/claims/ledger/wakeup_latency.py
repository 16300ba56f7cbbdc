"""B6, B7 and B8: what a thread that waits for I/O loses beside threads that compute, and what gives it back."""

from __future__ import annotations

from typing import Any

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, observed, observed_ratio
from gilbench.claims.rules import AllOf, above, below
from gilbench.experiments import wakeup
from gilbench.model import Experiment, Outcome

# Half-way between the hypotheses "a millisecond of interval is a millisecond of delay" and "it does not matter".
HALF = 0.5

# Of the delay that a computing thread causes, what moving it into a process must give back: most of it. The rest is
# left to the operating system, which schedules three programs on the cores.
MOST = 0.75

# Beyond this share of an interval the host itself delays a thread that is alone.
QUIET = 0.5


def p99(experiment: Experiment, name: str, condition: dict[str, Any]) -> Quantity:
    return observed_ratio(
        experiment, f"p99 of wake-up {name}", lambda seen: wakeup.percentile_ms(seen, condition, 99), " ms"
    )


def quiet(experiment: Experiment) -> Guard:
    alone = p99(experiment, "alone", wakeup.ALONE)
    return Guard(below(alone, QUIET * 1000 * wakeup.USUAL_INTERVAL_S), margins.BUSY_HOST)


def ask_convoy(setting: Setting) -> Question:
    experiment = wakeup.experiment(setting.target)
    growth = observed(
        experiment,
        "ms of p99 wake-up per ms of switch interval, beside one CPU thread",
        "",
        wakeup.p99_per_interval,
    )
    return Question(
        proved=above(growth, HALF),
        refuted=below(growth, HALF),
        effect=growth,
        guards=(quiet(experiment),),
        also=(p99(experiment, "beside one CPU thread, interval 5 ms", wakeup.ONE_THREAD_AT_5_MS),),
    )


def ask_longer(setting: Setting) -> Question:
    experiment = wakeup.experiment(setting.target)
    middle = observed_ratio(
        experiment,
        "median wake-up beside two CPU threads over the switch interval",
        lambda seen: wakeup.in_intervals(seen, wakeup.TWO_THREADS_AT_5_MS, 50),
    )
    tail = observed_ratio(
        experiment,
        "p99 of wake-up beside two CPU threads over the switch interval",
        lambda seen: wakeup.in_intervals(seen, wakeup.TWO_THREADS_AT_5_MS, 99),
    )
    return Question(
        proved=AllOf((above(middle, 1), above(tail, 1))),
        refuted=below(tail, 1),
        effect=middle,
        guards=(quiet(experiment),),
        also=(p99(experiment, "beside two CPU threads, interval 5 ms", wakeup.TWO_THREADS_AT_5_MS),),
    )


def ask_process(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL: threads take no latency that a process could give back")
    experiment = wakeup.experiment(setting.target)
    regained = observed(
        experiment,
        "share of the delay by a CPU thread that a CPU process does not cause",
        "",
        wakeup.share_given_back,
    )
    return Question(
        proved=above(regained, MOST),
        refuted=below(regained, MOST),
        effect=regained,
        guards=(quiet(experiment),),
        also=(
            p99(experiment, "beside one CPU thread, interval 5 ms", wakeup.ONE_THREAD_AT_5_MS),
            p99(experiment, "beside one CPU process", wakeup.ONE_PROCESS),
        ),
    )


CLAIMS = (
    Claim(
        id="B6",
        statement="One CPU thread delays an I/O thread's wake-up by about the switch interval",
        family="latency",
        source="David Beazley, Understanding the Python GIL, PyCon 2010; bpo-7946, convoy effect",
        explanation=(
            "A thread whose data have come still needs the GIL. The thread that computes lets go of it only when asked "
            "to, after the switch interval, so every wait for I/O is followed by a wait of that length; several "
            "hand-overs a request take several. The interval sets the price: it is varied here, and the tail of the "
            "latency follows it."
        ),
        surprise=(
            "The usual advice is that the GIL does not matter to threads that wait for I/O. That leaves out who else "
            "is in the process: one thread that computes, and never touches the I/O, may stand between a reply and the "
            "thread it is for."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=ask_convoy,
        figure="latency",
    ),
    Claim(
        id="B7",
        statement="Beside two CPU threads an I/O thread waits longer than one switch interval",
        family="latency",
        source="bpo-7946, convoy effect: the GIL has no queue and no priorities",
        explanation=(
            "When the GIL is let go of, any of those that wait may get it. Beside two threads that compute, the thread "
            "that has had its data for long may have to see the other one pass, for another interval, and again."
        ),
        surprise=(
            "The switch interval reads like the longest that a thread has to wait. It is only the time after which the "
            "holder is asked to let go, and who gets the GIL then is not settled by who has waited longest."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=ask_longer,
        figure="latency",
    ),
    Claim(
        id="B8",
        statement="Moving the CPU work into a process gives an I/O thread its latency back",
        family="latency",
        source="Python documentation, multiprocessing: side-steps the GIL by using subprocesses instead of threads",
        explanation=(
            "A process computes under a GIL of its own. The I/O thread then shares cores with it and no lock, and the "
            "operating system wakes it within fractions of a millisecond."
        ),
        surprise=(
            "Moved to a process the work is the same and so are the cores, and processes are the heavier means, so "
            "little seems to be gained. That holds if it was the load that delayed the I/O thread, and not the lock."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask_process,
        figure="latency",
    ),
)
