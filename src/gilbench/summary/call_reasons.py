"""What keeps a user's call from gaining more, and why a way cannot run it, in words.

It also says what else was seen of the call.
"""

from __future__ import annotations

import statistics
from typing import Any

from gilbench.model import Target
from gilbench.plan.call_plan import IN_PROCESSES, ways_for
from gilbench.summary.call_facts import IO_BOUND, QUEUED, Facts
from gilbench.summary.call_gain import pickling_s
from gilbench.summary.evidence import WORTH_TELLING
from gilbench.summary.formatting import percent, share_interval, short_duration

MOSTLY = 0.5  # of the time
FREE = 0.7  # of the time, that the GIL is free while threads wait for something else
OWN_THREADS = 1.2  # cores that serial calls keep busy
# A second, that threads wait for each other. Threads that take turns with the GIL do so 200 times a
# second; waking a thread up takes some 20 µs or more, a tenth of the time here.
MANY_WAITS = 5_000
# What every reason begins with why two threads gain little that is not the GIL
OTHER_CAUSES = ("two threads", "serial calls keep")

FORKS_HANG = (
    "a process that is forked hangs in its call: it waits for a lock or for a thread of the "
    "library, which a fork does not have. Ways in processes were measured with "
    "start-method=spawn; use multiprocessing.get_context('spawn'), or threads"
)
MAY_HANG = (
    "{} was {}: the host is too busy, or a process that is forked waits for a lock or for a thread "
    "that a fork does not have; more time tells (--budget), and --python {},start-method=spawn "
    "does without forks"
)

# What a failure's message has in it, whether the workers are processes (None: either), and what it
# means.
CAUSES: tuple[tuple[str, bool | None, str], ...] = (
    (
        "subinterpreter",
        None,
        "an extension that it imports does not load in a second interpreter ({})",
    ),
    ("memoryerror", None, "there was not enough memory for its workers ({}); try fewer workers"),
    (
        "signal sigkill",
        None,
        "a worker process was ended from outside ({}), as systems do where memory runs out",
    ),
    ("can't start new thread", None, "the system refuses more threads or memory ({})"),
    (
        "daemonic",
        True,
        "it starts processes itself, which a worker of Pool may not ({}); "
        "ProcessPoolExecutor allows it",
    ),
    ("pickle", True, "it cannot be pickled, which processes need: {}"),
    (
        "no answer",
        True,
        "it did not return ({}): a child process waits for a lock, "
        "a thread or a worker that is not there",
    ),
    ("no answer", False, "it did not return ({}): threads that wait for one another"),
    ("the launch died", None, "it ended the process ({})"),
    ("main thread", False, "it works in the main thread only, which a worker is not ({})"),
    (
        "no current event loop",
        False,
        "it takes the event loop of the main thread, which workers lack; use asyncio.run ({})",
    ),
    (
        "thread",
        False,
        "it uses something that belongs to another thread; have every worker make its own, with "
        "--setup, and every process too, for a fork inherits it ({})",
    ),
    ("brokenprocesspool", None, "a worker process ended ({})"),
    ("died", None, "a worker process ended ({})"),
)


def why_not_more(facts: Facts) -> list[str]:
    """The causes that were measured, each with what shows it."""
    reasons = []
    holds_gil = facts.held is not None and facts.held.lo > MOSTLY
    has_own_threads = facts.serial.cores > OWN_THREADS  # which leave no core for a second call
    if facts.threads_are_stuck and (holds_gil or not has_own_threads):
        reasons += _why_stuck(facts)
    if has_own_threads:
        reasons.append(
            f"serial calls keep {facts.serial.cores:.1f} cores busy already, by threads that a "
            "library starts; limit them to one (OMP_NUM_THREADS=1 for many libraries) and ask again"
        )
    if blocking := _blocks_its_loop(facts):
        reasons.append(blocking)
    if facts.cores_were_missing:
        reasons.append(f"cores are missing: {_who_misses(facts)}; end other work and ask again")
    handed_over_s = pickling_s(facts.trial)
    if handed_over_s > WORTH_TELLING * facts.serial.call_s:
        reasons.append(
            "processes have to pickle every call and its result: "
            f"{short_duration(handed_over_s)} for a call of {short_duration(facts.serial.call_s)}"
        )
    return reasons


def _blocks_its_loop(facts: Facts) -> str:
    """That a coroutine waits without awaiting, so that its event loop stands still; or ""."""
    tickers = facts.observed.tickers.get(1, [])
    stalls_ns = [seen["loop_stall_ns"] for seen in tickers if "loop_stall_ns" in seen]
    if not facts.is_asynchronous or not stalls_ns or facts.serial.waits < IO_BOUND:
        return ""
    stall_s = statistics.median(stalls_ns) / 1e9
    if stall_s < MOSTLY * facts.serial.call_s:
        return ""
    return (
        f"it blocks its event loop: that stands still for {short_duration(stall_s)}, where a call "
        f"takes {short_duration(facts.serial.call_s)}; what waits has to be awaited, or handed to "
        "asyncio.to_thread, for calls that are gathered to overlap"
    )


def _who_misses(facts: Facts) -> str:
    """What shows that cores are missing."""
    shown = []
    if facts.serial.queued > QUEUED:
        shown.append(
            f"no core was free for {percent(facts.serial.queued)} of the time of serial calls"
        )
    if facts.ceiling_is_low:
        shown.append(f"two spinning processes reached {facts.ceiling:.2f}× of 2×")
    return " and ".join(shown)


def _why_stuck(facts: Facts) -> list[str]:
    """Why threads gain little: what the GIL and the cores did while two of them ran."""
    if facts.held is not None and facts.held.lo > MOSTLY:
        share = share_interval(facts.held)
        return [f"threads take turns: a call holds the GIL for {share} of its time"]
    handed_over = _hand_overs(facts)
    if handed_over:
        return [handed_over]
    together = facts.observed.tickers.get(2, [])
    busy = facts.cores_of_two_threads
    unmeasured = busy is None or (not together and facts.has_gil)
    if unmeasured or facts.cores_were_missing:
        return []
    free = 1 - statistics.median([each["share"] for each in together]) if together else 1.0
    alone = max(0.3, facts.serial.cores)
    assert busy is not None
    if free > FREE and busy < 1.25 * alone:
        gil = f"which was free for {percent(free)} of the time" if together else "which is off"
        return [
            f"two threads wait for each other, but not for the GIL, {gil}: the function, or a "
            "library that it calls, has its own lock, which processes do not share"
        ]
    if free > FREE:
        gil = "the GIL is free" if together else "there is no GIL"
        return [
            f"two threads keep {busy:.1f} cores busy and {gil}, but they gain little: they "
            "contend for memory or for a lock inside"
        ]
    return []


def _hand_overs(facts: Facts) -> str:
    """That threads wait for each other very often, and lose by that what they gain; or ""."""
    rates = facts.waits_per_s
    if rates is None or rates[1] - rates[0] < MANY_WAITS:
        return ""
    free = 1 - statistics.median([each["share"] for each in facts.observed.tickers[2]])
    lock = "the GIL or another lock" if free < FREE else "a lock inside, for the GIL is free"
    return (
        f"two threads wait for each other {rates[1]:,.0f} times a second, one alone waits "
        f"{rates[0]:,.0f} times: {lock} changes hands that often, and waking a thread up "
        "each time takes as long as the short releases give, or longer"
    )


def in_plain_words(failure: str, strategy: str) -> str:
    """The cause of a failure, for a reader who does not know how a pool hands things over."""
    for word, in_processes, sentence in CAUSES:
        suits = in_processes is None or in_processes == (strategy in IN_PROCESSES)
        if suits and word in failure.lower():
            return sentence.format(failure)
    return failure


def findings_of(target: Target, facts: Facts) -> list[str]:
    """How the call was made, and what it does besides."""
    trial = facts.trial
    findings = [f"it was called as {trial['shown']}", *trial["findings"]]
    if trial["form"] == "generator":
        findings.append("it is a generator: every call is run to its end")
    elif trial["form"] != "plain":
        findings.append(f"it is a {trial['form']}: every call is awaited to its end")
    if trial.get("children_ns"):
        findings.append(
            f"it starts processes, which computed for {short_duration(trial['children_ns'] / 1e9)} "
            "in its first call; it waits for them, too"
        )
    if trial["output_bytes"]:
        findings.append(
            f"its import and first call wrote {trial['output_bytes']:,} bytes of output, which "
            "takes time and a lock; it is caught here"
        )
    unfinished = facts.observed.unfinished
    if any(seen.get("start_method") for each in facts.observed.ways.values() for seen in each):
        findings.append(FORKS_HANG)
        unfinished = {}
    usable = {each.name for each in target.description.strategies if each.missing is None}
    measured = {strategy for strategy, _ in facts.observed.ways}
    interpreters = "interpreter-pool" in usable
    wanted = ways_for(asynchronous=facts.is_asynchronous, interpreters=interpreters)
    left_out = [name for name in wanted if name not in measured | set(unfinished)]
    if left_out:
        findings.append(f"no time for {', '.join(left_out)}; more time: --budget")
    for strategy in sorted(set(unfinished) - measured):
        findings.append(MAY_HANG.format(strategy, unfinished[strategy], target.executable))
    if "problem" in trial["pickling"]:
        findings.append(trial["pickling"]["problem"])
    return findings


def switched_on(target: Target, trial: dict[str, Any]) -> list[str]:
    """What switched the GIL on in a free-threaded Python, as a reason; empty for nothing."""
    if trial["gil_before"] or not trial["gil_after"]:
        return []
    culprits = ", ".join(trial["gil_culprits"]) or "an extension"
    return [
        f"importing {culprits} switched the GIL on in this free-threaded Python; measure "
        f"without it: --python {target.executable},gil=0"
    ]
