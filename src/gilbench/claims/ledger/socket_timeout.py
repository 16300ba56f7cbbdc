"""B20 and B29: what a timeout on a socket adds to the wait for the GIL, by the size of messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.ledger.wakeup_latency import QUIET, QUIET_MS, host_is_quiet, tail
from gilbench.claims.quantities import Quantity, observed, observed_ratio
from gilbench.claims.rules import AnyOf, above, below, within
from gilbench.experiments import socket_timeout, wakeup
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

# "Doubles" as equivalence: half-way to one acquisition and to three.
LEAST_DOUBLE, MOST_DOUBLE = 1.5, 2.5

NO_GIL = NotApplicable("no GIL: a wait does not end with a wait for it")


def large_message_ratio(setting: Setting, what: str, reduce: Callable[[Seen], float]) -> Quantity:
    """A percentile of the waits on a socket with a timeout over that on a blocking one."""
    return observed_ratio(
        socket_timeout.experiment(setting.target),
        f"{what} wake-up for 128 KiB on a socket with a timeout over that on a blocking one, "
        "alongside one CPU thread",
        reduce,
    )


def small_message_ratio(setting: Setting) -> Quantity:
    return observed_ratio(
        wakeup.experiment(setting.target),
        "median wake-up for 8 bytes on a socket with a timeout over that on a blocking one, "
        "alongside one CPU thread",
        wakeup.timeout_over_blocking,
    )


def _doubled(ratio: Quantity, guards: tuple[Guard, ...], also: tuple[Quantity, ...]) -> Question:
    return Question(
        proved=within(ratio, LEAST_DOUBLE, MOST_DOUBLE),
        refuted=AnyOf((below(ratio, LEAST_DOUBLE), above(ratio, MOST_DOUBLE))),
        effect=ratio,
        guards=guards,
        also=also,
    )


def large_question(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NO_GIL
    experiment = socket_timeout.experiment(setting.target)
    alone = observed_ratio(
        experiment,
        "median wake-up for 128 KiB, alone, over the switch interval",
        socket_timeout.alone_in_intervals,
    )
    cores = observed(
        experiment,
        "cores used where a CPU thread was alongside a socket with large messages",
        " cores",
        socket_timeout.cores_used,
    )
    guards = (
        Guard(below(alone, QUIET), margins.BUSY_HOST),
        Guard(above(cores, margins.UNDISTURBED), margins.BUSY_HOST),
    )
    slow_fifth = large_message_ratio(setting, "p80 of", socket_timeout.slow_fifth_over_blocking)
    median = large_message_ratio(setting, "median", socket_timeout.median_over_blocking)
    return _doubled(slow_fifth, guards, also=(median,))


def small_question(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NO_GIL
    guards = host_is_quiet(setting, wakeup.ONE_THREAD_AT_5_MS, wakeup.WITH_TIMEOUT)
    slow = tail(setting, "with a timeout, alongside one CPU thread", wakeup.WITH_TIMEOUT)
    return _doubled(small_message_ratio(setting), guards, also=(slow,))


CLAIMS = (
    Claim(
        id="B20",
        statement=(
            "Alongside a CPU thread a timeout on a socket doubles the wait for the GIL even where "
            "a message is small (8 B)"
        ),
        family="latency",
        source=(
            "CPython, Modules/socketmodule.c, sock_call_ex: a socket with a timeout polls before "
            "it calls recv()"
        ),
        explanation=(
            "Such a socket releases the GIL twice, as with a large message (B29): in poll() and in "
            "recv(). But the second time the GIL is gone for the microsecond or two that recv() "
            "takes to copy a few bytes. The CPU-bound thread was asleep until the I/O thread "
            "acquired the GIL after poll(), and the operating system takes longer than that to "
            "wake it: mostly it finds the GIL held again. Now and then it is in time, which is why "
            "the slowest tenth may take two intervals."
        ),
        measured=(
            "A thread waits for messages of 8 bytes from another process, on a UDP socket with a "
            "timeout and on a blocking one, while another thread computes."
        ),
        rule=(
            "PROVED if the median wait with a timeout over that without certainly lies between "
            f"{LEAST_DOUBLE} and {MOST_DOUBLE}; REFUTED if it certainly lies outside; asked only "
            f"where a thread alone waits {QUIET_MS:g} ms at p90 at most, and the CPU-bound thread "
            f"has more than {margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "REFUTED means that for small messages a timeout is mostly free, as a ratio near 1 "
            "shows; PROVED means that on this host threads wake up so fast that every timeout "
            "costs a second interval."
        ),
        surprise=(
            "Two releases of a lock that others wait for look like two queues to stand in. A lock "
            "that is given back and taken again at once is mostly not lost: nobody is awake to "
            "take it."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=small_question,
        figure="latency",
    ),
    Claim(
        id="B29",
        statement=(
            "Alongside a CPU thread a timeout on a socket doubles one wait for the GIL in five, or "
            "more, where messages are large (128 KiB)"
        ),
        family="latency",
        source=(
            "CPython, Modules/socketmodule.c, sock_call_ex: a socket with a timeout polls before "
            "it calls recv()"
        ),
        explanation=(
            "A blocking socket waits in recv() itself. One with a timeout waits in poll() and then "
            "calls recv(); each of the two releases the GIL and acquires it again. While recv() "
            "copies a large message the CPU-bound thread can wake up and acquire the GIL, and the "
            "I/O thread then waits for a second switch interval. Copying races with waking up, so "
            "it is nearly every wait on one host and one in four on another, or an hour later; "
            "with a small message the GIL is back before the CPU-bound thread is awake (B20). "
            "SO_RCVTIMEO limits a wait without the second call."
        ),
        measured=(
            "A thread waits for messages of 128 KiB from another process, on a Unix datagram "
            "socket with a timeout and on a blocking one, while another thread computes."
        ),
        rule=(
            "PROVED if the slowest fifth of waits (p80) with a timeout over that without certainly "
            f"lies between {LEAST_DOUBLE} and {MOST_DOUBLE}; REFUTED if it certainly lies outside; "
            f"asked only where the median wait of a thread alone is below {QUIET} intervals, and "
            f"the CPU-bound thread has more than {margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that alongside a CPU-bound thread a reader of large messages should "
            "limit its waits by SO_RCVTIMEO rather than by settimeout(); REFUTED means that a "
            "timeout costs another amount here, mostly nothing."
        ),
        surprise=(
            "A timeout says how long to wait at most, so one that never expires should cost "
            "nothing. HTTP clients and database drivers set one on every socket."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=large_question,
        figure="latency",
    ),
)
