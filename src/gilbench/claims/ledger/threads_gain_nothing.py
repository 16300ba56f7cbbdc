"""A16, B22 and B23: whether CPU-bound threads gain anything, and how many cores they use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.quantities import cores_used, over, speedup
from gilbench.claims.rules import AllOf, AnyOf, above, below, within
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Comparison

ONE_CORE = "one usable core: no program can use a second one"


def gain_question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    threads = setting.against_serial("fnv1a", "thread", setting.workers)
    one_thread = setting.against_serial("fnv1a", "thread", 1)
    gain = speedup(threads)
    name = f"speedup of {threads.label} over one such thread"
    return Question(
        proved=within(gain, margins.WORST_NO_GAIN, margins.GAIN),
        refuted=above(gain, margins.GAIN),
        effect=gain,
        guards=margins.cores_to_gain(threads),
        also=(cores_used(threads), over(gain, speedup(one_thread), name)),
    )


def one_core_question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    threads = setting.against_serial("fnv1a", "thread", setting.workers)
    cores = cores_used(threads)
    return Question(
        proved=below(cores, margins.ONE_CORE_ONLY),
        refuted=above(cores, margins.ONE_CORE_ONLY),
        effect=cores,
        guards=_had_cores(threads),
        also=(speedup(threads),),
    )


def any_work_question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    cases = [
        setting.against_serial(workload, "thread", setting.workers)
        for workload in ("sha256-large", "fnv1a")
    ]
    gains = [speedup(case) for case in cases]
    return Question(
        proved=AllOf(
            tuple(within(gain, margins.WORST_NO_GAIN, margins.GAIN) for gain in gains),
        ),
        refuted=AnyOf(tuple(above(gain, margins.GAIN) for gain in gains)),
        effect=gains[0],
        guards=tuple(guard for case in cases for guard in _had_cores(case)),
    )


def _had_cores(threads: Comparison) -> tuple[Guard, ...]:
    """There was a second core to be used, and the serial reference had one to itself."""
    return margins.had_cores(threads, margins.CEILING_TO_GAIN), margins.undisturbed(threads)


CLAIMS = (
    Claim(
        id="A16",
        statement="CPU-bound threads of pure Python gain nothing over serial code",
        family="gil",
        source=(
            "Python documentation, glossary: global interpreter lock; PEP 703 for builds without it"
        ),
        explanation=(
            "A thread must hold the GIL to run Python bytecode, and the threads of an interpreter "
            "share one. However many threads there are and however many cores stand idle, one "
            "thread computes at a time. Nothing means −50 % to +15 %. A free-threaded "
            "build has no such lock, and there the claim is expected to be refuted."
        ),
        measured=(
            "The same pure-Python tasks run in one thread per core (16 at most) and serially, in "
            "adjacent pairs, and processes that only spin are timed in the same launches."
        ),
        rule=(
            f"PROVED if the speedup certainly lies between {margins.WORST_NO_GAIN} and "
            f"{margins.GAIN}, while spinning processes reach more than {margins.GAIN} times on "
            f"this host and the threads less than {margins.SHARE_OF_CEILING} of that; REFUTED if "
            f"it is certainly above {margins.GAIN}, while they reach more than "
            f"{margins.CEILING_TO_GAIN} times; asked only where the serial code has more than "
            f"{margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that threads do not speed up computing in Python itself: use "
            "processes, interpreters, or C code that releases the GIL; REFUTED means that on "
            "this interpreter threads will do."
        ),
        surprise=(
            "Python's threads are real threads of the operating system, of the kind that computes "
            "in parallel in C or Java, and nothing in a program shows that there is a lock. More "
            "threads on idle cores are the obvious thing to try."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=gain_question,
        figure="speedup",
    ),
    Claim(
        id="B22",
        statement="CPU-bound threads of pure Python use one core only",
        family="gil",
        source=(
            "Python documentation, glossary: global interpreter lock; PEP 703 for builds without it"
        ),
        explanation=(
            "CPU seconds per wall-clock second say how many cores a program used, whatever it "
            "achieved. Below 1.1, all threads together had one. It is the cause where A16 is the "
            "effect, and is settled within fewer launches."
        ),
        measured=(
            "The same pure-Python tasks run in one thread per core (16 at most), and their CPU "
            "time is compared with the time that passed."
        ),
        rule=(
            f"PROVED if they certainly use fewer than {margins.ONE_CORE_ONLY} cores; REFUTED if "
            "certainly more; asked only where spinning processes reach more than "
            f"{margins.CEILING_TO_GAIN} times on this host, and the serial code has more than "
            f"{margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that a machine with more cores does nothing for such threads; REFUTED "
            "means that their time runs on several cores at once."
        ),
        surprise=(
            "A process monitor shows several busy threads, and the operating system moves them "
            "among all cores. Their sum is still one core, since only the holder of the GIL runs."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=one_core_question,
        figure="speedup",
    ),
    Claim(
        id="B23",
        statement="Threads gain nothing for any CPU-bound work",
        family="gil",
        source=(
            "Python documentation, threading: only one thread can execute Python code at once, "
            "multiprocessing is advised for more cores"
        ),
        explanation=(
            "True of pure Python with the GIL (A16), not of CPU-bound work as such: C code that "
            "releases the GIL, hashlib over 1 MiB buffers here, computes in parallel. One kind of "
            "work that gains more than 15 % refutes it."
        ),
        measured=(
            "hashlib.sha256 over 1 MiB buffers and pure Python run in one thread per core (16 at "
            "most) and serially, in adjacent pairs."
        ),
        rule=(
            f"PROVED if the speedup of both certainly lies between {margins.WORST_NO_GAIN} and "
            f"{margins.GAIN}; REFUTED if either is certainly above {margins.GAIN}; asked only "
            f"where spinning processes reach more than {margins.CEILING_TO_GAIN} times on this "
            f"host, and the serial code has more than {margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "REFUTED means that you ask of each piece of work whether it holds the GIL before "
            "you rule threads out; PROVED means that the rule holds for both kinds here."
        ),
        surprise=(
            "The rule is taught without the condition that makes it true. Much of the heavy work "
            "of Python programs is done in C code that releases the GIL: hashing, compression, "
            "linear algebra."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=any_work_question,
        figure="speedup",
    ),
)
