"""A18 and A20: the GIL is released while a thread waits, so threads overlap their waiting."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import cores_used, speedup
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.model import Outcome


def released_question(setting: Setting) -> Question:
    # More workers than cores, so that a speedup beyond the cores is possible; only overlapped
    # waiting reaches it. On one core any gain at all is beyond it.
    workers, bound = 2 * setting.waiting_cores, max(setting.waiting_cores, margins.GAIN)
    sleeping = setting.against_serial("sleep", "thread", workers)
    receiving = setting.against_serial("socket", "thread", workers)
    sleep_gain, socket_gain = speedup(sleeping), speedup(receiving)
    return Question(
        proved=AllOf((above(sleep_gain, bound), above(socket_gain, bound))),
        refuted=AnyOf((below(sleep_gain, margins.GAIN), below(socket_gain, margins.GAIN))),
        effect=socket_gain,
        guards=(margins.quiet_to_refute(sleeping), margins.quiet_to_refute(receiving)),
        also=(cores_used(receiving),),
    )


def crawler_question(setting: Setting) -> Question:
    crawling = setting.against_serial("http", "thread", 2 * setting.waiting_cores)
    gain = speedup(crawling)
    return Question(
        proved=above(gain, margins.GAIN),
        refuted=below(gain, margins.GAIN),
        effect=gain,
        guards=(margins.quiet_to_refute(crawling),),
        also=(cores_used(crawling),),
    )


CLAIMS = (
    Claim(
        id="A18",
        statement=(
            "Threads that sleep or wait for sockets overlap their waiting, beyond the number of "
            "cores (or beyond 8)"
        ),
        family="gil",
        source=(
            "Python documentation, C API: blocking calls stand between Py_BEGIN_ALLOW_THREADS and "
            "its end"
        ),
        explanation=(
            "time.sleep and the calls on a socket release the GIL before they wait and acquire it "
            "again afterwards, on a build that has one. Waiting costs no core either, so twice as "
            "many threads as cores wait twice as many times at once: "
            "a speedup that no amount of computing in parallel "
            "could give. With more than 8 cores the bound stays 8, for 16 threads: "
            "what each thread "
            "does between two waits takes the GIL, and the sum of that limits the speedup."
        ),
        measured=(
            "Twice as many threads as cores (16 at most) sleep for 5 ms at a time, or wait as long "
            "for replies on sockets, and the same waits follow one another serially."
        ),
        rule=(
            "PROVED if both speedups are certainly above the number of cores (8 where there are "
            f"more, {margins.GAIN} on one core); REFUTED if either is certainly below "
            f"{margins.GAIN} while other programs use less than {margins.FOREIGN_CORES} cores."
        ),
        meaning=(
            "PROVED means that for waiting the number of threads is not bound to the cores; "
            "REFUTED means that your waits go one after the other."
        ),
        surprise=(
            "'Only one thread runs at a time' is easily taken to mean that threads in Python are "
            "good for nothing. Waiting is not running: it takes neither a lock nor a core, so the "
            "number of cores is no limit to it."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=released_question,
        figure="speedup",
    ),
    Claim(
        id="A20",
        statement=(
            "I/O-bound work (a crawler that fetches pages over HTTP) gains 15 % or more from "
            "threads"
        ),
        family="gil",
        source=(
            "Python documentation, threading: an appropriate model to run multiple I/O-bound tasks "
            "simultaneously"
        ),
        explanation=(
            "Nearly all of a crawler's time is spent waiting for servers, and the GIL is free "
            "while it waits. Parsing the pages is Python code and holds the GIL, so the gain stays "
            "below the number of threads."
        ),
        measured=(
            "A crawler fetches pages from a local HTTP server that takes 2 ms for each, in twice "
            "as many threads as cores (16 at most) and serially."
        ),
        rule=(
            f"PROVED if the speedup is certainly above {margins.GAIN}; REFUTED if it is "
            f"certainly below {margins.GAIN} while other programs use less than "
            f"{margins.FOREIGN_CORES} cores."
        ),
        meaning=(
            "PROVED means that threads are enough for a program that waits for servers; REFUTED "
            "means that parsing, not waiting, takes its time."
        ),
        surprise=(
            "Having learnt that the GIL keeps threads from running in parallel, one may rule them "
            "out for a crawler as well, or believe that it takes asyncio. What counts is where the "
            "time goes, and a crawler spends it waiting for others."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=crawler_question,
        figure="speedup",
    ),
)
