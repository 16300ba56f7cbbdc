"""C9 and C10: hand-overs between threads next to a CPU-bound one, and what time.sleep(0) does."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, observed, observed_ratio
from gilbench.claims.rules import above, below
from gilbench.experiments import handoff
from gilbench.model import Outcome

# A hand-over alone takes some 20 µs, 0.004 of an interval. A tenth is far above what a busy core
# adds, and far below the half that it takes where a CPU-bound thread gets in at every second one.
MUCH = 0.1

# "80 % back" is a fifth left. A ratio of times, since the share of a delay has no lower limit: it
# was -41 on 3.8, where launches vary by a factor of ten.
A_FIFTH = 0.2

# Where a CPU-bound thread hardly delays anybody, there is nothing to give back.
HARDLY_DELAYS = (
    "here the CPU-bound thread hardly ever gets in between (C9), so there is no delay to give "
    "back; measure again"
)

# CPU seconds per wall-clock second: without a core the third thread, or the host, delays everybody.
HAS_A_CORE = 0.9


def _third_thread_had_a_core(setting: Setting) -> Guard:
    experiment = handoff.experiment(setting.target)
    used = observed(
        experiment, "cores used next to the CPU-bound thread", " cores", handoff.cores_used
    )
    return Guard(above(used, HAS_A_CORE), margins.BUSY_HOST)


def _hand_over(setting: Setting, load: str, words: str, *primitives: str) -> Quantity:
    """The mean time of a hand-over over some primitives or all, in switch intervals."""
    return observed_ratio(
        handoff.experiment(setting.target),
        f"mean hand-over {words}, over the switch interval",
        lambda seen: handoff.in_intervals(seen, load, *primitives),
        "×",
    )


def delay_question(setting: Setting) -> Question:
    delay = _hand_over(setting, "computing", "next to a CPU-bound thread")
    shown = [_hand_over(setting, "none", "of two threads alone")]
    for primitive in handoff.PRIMITIVES:
        words = f"by {primitive} next to a CPU-bound thread"
        shown.append(_hand_over(setting, "computing", words, primitive))
    return Question(
        proved=above(delay, MUCH),
        refuted=below(delay, MUCH),
        effect=delay,
        guards=(_third_thread_had_a_core(setting),),
        also=tuple(shown),
    )


def yield_question(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL: a CPU-bound thread has nothing to hand over")
    experiment = handoff.experiment(setting.target)
    back = observed(
        experiment,
        "share of the delay that ends with time.sleep(0)",
        "",
        handoff.share_given_back,
    )
    delay = _hand_over(setting, "computing", "next to a CPU-bound thread")
    left = observed_ratio(
        experiment,
        "mean hand-over next to a CPU-bound thread with time.sleep(0) over one without",
        handoff.time_left,
    )
    return Question(
        proved=below(left, A_FIFTH),
        refuted=above(left, A_FIFTH),
        effect=left,
        guards=(_third_thread_had_a_core(setting), Guard(above(delay, MUCH), HARDLY_DELAYS)),
        also=(back,),
    )


def expected_of_delay(setting: Setting) -> Outcome | None:
    """With the GIL the woken thread and the CPU-bound one race for it, and either may be ahead."""
    return None if setting.target.gil_enabled else Outcome.REFUTED


def expected_of_yielding(setting: Setting) -> Outcome | None:
    """Since 3.11 time.sleep(0) sleeps; on 3.8 it did not help; 3.9 and 3.10 were not seen."""
    major, minor = setting.target.description.version.split(".")[:2]
    if (int(major), int(minor)) >= (3, 11):
        return Outcome.PROVED
    return Outcome.REFUTED if (int(major), int(minor)) <= (3, 8) else None


CLAIMS = (
    Claim(
        id="C9",
        statement=(
            "Alongside a CPU thread hand-overs between two threads take over a tenth of a switch "
            "interval on average"
        ),
        family="latency",
        source=(
            "Python documentation, sys.setswitchinterval(); David Beazley, Understanding the "
            "Python GIL, PyCon 2010; bpo-7946, convoy effect"
        ),
        explanation=(
            "Whoever is woken by a Lock, an Event, a Condition, a Semaphore, a Barrier or a Queue "
            "must acquire the GIL before it runs, and so must the third thread, which then keeps "
            "it for a whole interval. CPython has no order among those that wait: whoever runs "
            "first has it. On one idle host the CPU-bound thread got in at half of the hand-overs "
            "at one hour, and at one in a hundred at another; why was not found out. So either "
            "outcome is news. Without the GIL a woken thread needs a core alone."
        ),
        measured=(
            "Two threads hand over to each other by each of six primitives, alone and next to a "
            "CPU-bound thread, and time per hand-over is compared with the switch interval."
        ),
        rule=(
            "PROVED if the median over the six primitives of the mean time of a hand-over is "
            f"certainly above {MUCH} of an interval; REFUTED if it is certainly below; asked only "
            f"where the process used more than {HAS_A_CORE} of a core."
        ),
        meaning=(
            "PROVED means that a pipeline of threads pays milliseconds per item while another one "
            "computes, so hand over in batches or compute in a process; REFUTED means that it pays "
            "microseconds for most of them."
        ),
        surprise=(
            "put() and get() of a queue take microseconds in every benchmark, which has no other "
            "thread. In a program that also computes, a pipeline of three stages pays for each "
            "item what a whole batch would."
        ),
        expected=expected_of_delay,
        question=delay_question,
        figure="latency",
    ),
    Claim(
        id="C10",
        statement=(
            "time.sleep(0) in a CPU-bound loop gives other threads 80 % or more of their hand-over "
            "time back"
        ),
        family="latency",
        source=(
            "CPython, Python/ceval_gil.c: take_gil() and drop_gil(); gh-125997 (what "
            "time.sleep(0) does on Linux since 3.11)"
        ),
        explanation=(
            "time.sleep(0) releases the GIL and acquires it again, so a thread that waits for it "
            "need not wait for the interval to end. From 3.11 on it calls clock_nanosleep(), which "
            "on Linux sleeps for some 50 µs: long enough for the other thread to wake up and "
            "acquire the GIL. Before, it calls select(), which returns at once, so its thread may "
            "have the GIL back first; and as each release restarts the interval of the one that "
            "waits, that one may wait for dozens of them. What the call sleeps is lost to the "
            "loop, so it calls now and then, not on every turn."
        ),
        measured=(
            "Two threads hand over to each other next to a CPU-bound thread, which calls "
            "time.sleep(0) after each block of some 50 µs or never."
        ),
        rule=(
            "PROVED if a hand-over, the median over the six primitives of its mean, certainly "
            f"takes less than {A_FIFTH} of the time with time.sleep(0) that it takes without; "
            "REFUTED if certainly more; asked only where the process used more than "
            f"{HAS_A_CORE} of a core, and a hand-over without it takes certainly more than {MUCH} "
            "of an interval."
        ),
        meaning=(
            "PROVED means that one call now and then in a long loop keeps other threads prompt; "
            "REFUTED means that it does not on this interpreter, and the loop belongs in a "
            "process."
        ),
        surprise=(
            "To sleep for no time sounds like nothing at all, and a release that is followed by an "
            "acquisition could find the same thread first again. On Linux that is what 3.8 shows; "
            "since 3.11 the call does sleep, however little it is asked to."
        ),
        expected=expected_of_yielding,
        question=yield_question,
        figure="latency",
    ),
)
