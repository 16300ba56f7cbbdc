"""C11 and C12: the request rate of an I/O thread next to a CPU thread, and a shorter interval."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, observed, observed_ratio
from gilbench.claims.rules import above, below
from gilbench.experiments import request_rate
from gilbench.model import Outcome

# A request alone takes some 50 µs; next to a thread that holds the GIL for 5 ms it takes a hundred
# times as long. Sharing a core would halve the rate; a factor of five is neither.
LARGE = 5

# CPU seconds per wall-clock second: the CPU-bound thread must have had a core.
HAS_A_CORE = 0.9


def rate(setting: Setting, condition: dict[str, float], words: str) -> Quantity:
    return observed_ratio(
        request_rate.experiment(setting.target),
        f"requests per second {words}",
        lambda seen: request_rate.requests_per_s(seen, condition),
        "/s",
    )


def _computing_had_a_core(setting: Setting) -> Guard:
    experiment = request_rate.experiment(setting.target)
    name = "cores used while requests were made next to a CPU-bound thread"
    used = observed(experiment, name, " cores", request_rate.cores_used)
    return Guard(above(used, HAS_A_CORE), margins.BUSY_HOST)


def loss_question(setting: Setting) -> Question:
    loss = observed_ratio(
        request_rate.experiment(setting.target),
        "request rate alone over that next to a CPU thread",
        lambda seen: request_rate.rate_ratio(seen, request_rate.ALONE, request_rate.USUAL),
    )
    rates = (
        rate(setting, request_rate.ALONE, "alone"),
        rate(setting, request_rate.USUAL, "next to a CPU thread"),
    )
    return Question(
        proved=above(loss, LARGE),
        refuted=below(loss, LARGE),
        effect=loss,
        guards=(_computing_had_a_core(setting),),
        also=rates,
    )


def return_question(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL: the switch interval has no effect")
    gain = observed_ratio(
        request_rate.experiment(setting.target),
        "request rate at a switch interval of 0.1 ms over that at 5 ms",
        lambda seen: request_rate.rate_ratio(seen, request_rate.SHORT, request_rate.USUAL),
    )
    return Question(
        proved=above(gain, LARGE),
        refuted=below(gain, LARGE),
        effect=gain,
        guards=(_computing_had_a_core(setting),),
        also=(rate(setting, request_rate.SHORT, "next to a CPU thread at 0.1 ms"),),
    )


CLAIMS = (
    Claim(
        id="C11",
        statement="One CPU thread cuts the request rate of an I/O thread to a fifth or less",
        family="latency",
        source="David Beazley, Understanding the Python GIL, PyCon 2010; bpo-7946, convoy effect",
        explanation=(
            "After each answer the I/O thread must acquire the GIL again, and the CPU thread "
            "keeps it for one switch interval of 5 ms each time. So a thread that makes 20,000 "
            "requests a second alone makes some 200, however fast the network is. Without the GIL "
            "both run."
        ),
        measured=(
            "A thread makes requests to another process, which answers at once, alone and next to "
            "a CPU-bound thread at a switch interval of 5 ms."
        ),
        rule=(
            f"PROVED if the rate alone is certainly more than {LARGE} times that next to the CPU "
            "thread; REFUTED if certainly less; asked only where the process used more than "
            f"{HAS_A_CORE} of a core next to it."
        ),
        meaning=(
            "PROVED means that a server must not compute in a thread of its process; REFUTED means "
            "that it may, with a core for each."
        ),
        surprise=(
            "One thread computes, one waits, and there are two cores: nothing seems to be in the "
            "way. That the GIL is released around I/O lets the CPU thread in, and each time the "
            "way back costs more than the request."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=loss_question,
        figure="latency",
    ),
    Claim(
        id="C12",
        statement=(
            "Alongside a CPU thread a switch interval of 0.1 ms gives over five times the request "
            "rate of 5 ms"
        ),
        family="latency",
        source="Python documentation, sys.setswitchinterval()",
        explanation=(
            "The interval is how long a thread that waits for the GIL lets the other one keep it. "
            "sys.setswitchinterval(0.0001) makes each wait fifty times as short, and the request "
            "rate rises with it, up to what a switch costs. What the CPU thread loses by being "
            "interrupted that often is not measured here."
        ),
        measured=(
            "A thread makes requests next to a CPU-bound thread, at a switch interval of 0.1 ms "
            "and at one of 5 ms."
        ),
        rule=(
            f"PROVED if the rate at 0.1 ms is certainly more than {LARGE} times that at 5 ms; "
            "REFUTED if certainly less; asked only where the process used more than "
            f"{HAS_A_CORE} of a core."
        ),
        meaning=(
            "PROVED means that sys.setswitchinterval() is a remedy for slow requests where the "
            "computing cannot move to a process; REFUTED means that it is none here."
        ),
        surprise=(
            "A single call at the start of a program looks too cheap to be the remedy. It is no "
            "remedy for a call into C that keeps the GIL (B9)."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=return_question,
        figure="latency",
    ),
)
