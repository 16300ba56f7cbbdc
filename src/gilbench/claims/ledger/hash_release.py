"""B2, B3 and B4: hashlib and zlib release the GIL for large buffers and keep it for small ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import (
    Quantity,
    cores_used,
    evenness,
    observed_ratio,
    over,
    over_ceiling,
    speedup,
)
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import release_sweep
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Comparison

ONE_CORE = "one usable core: there is nothing to scale to"

# The same bytes must gain this much more in large buffers than in small ones: a little beyond GAIN.
INTERACTION = 1.2

# Large buffers that scale (0.75 of the ceiling) must show as that much, or crc32 could be refuted
# for want of cores: 0.75 × 1.6 = 1.2.
CEILING_FOR_INTERACTION = INTERACTION / margins.SHARE_OF_CEILING


@dataclass(frozen=True)
class BufferSizes:
    """The same bytes in large and in small buffers, under as many threads as cores."""

    setting: Setting
    name: str

    @property
    def large(self) -> Comparison:
        """The case with large buffers, over which the library is to release the GIL."""
        return self.setting.against_serial(f"{self.name}-large", "thread", self.setting.workers)

    @property
    def small(self) -> Comparison:
        """The case with small buffers, over which it is to keep the GIL."""
        return self.setting.against_serial(f"{self.name}-small", "thread", self.setting.workers)

    @property
    def interaction(self) -> Quantity:
        """How much more threads gain in large buffers than in small ones."""
        name = f"gain of threads on {self.name} with 1 MiB over gain with 1 KiB buffers"
        return over(speedup(self.large), speedup(self.small), name)

    @property
    def swept_step(self) -> Quantity:
        """How much more threads gain in the largest buffers of the sweep than in the smallest."""
        return observed_ratio(
            release_sweep.experiment(self.setting.target),
            f"gain of two threads on {self.name}, 1 MiB over 512-byte buffers, in a sweep of sizes",
            lambda seen: release_sweep.gain_step(seen, self.name),
        )


def large_question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    large = BufferSizes(setting, "sha256").large
    share = over_ceiling(large)
    return Question(
        proved=above(share, margins.SHARE_OF_CEILING),
        refuted=below(share, margins.SHARE_OF_CEILING),
        effect=speedup(large),
        guards=margins.cores_to_scale(large),
        also=(cores_used(large), evenness(large)),
    )


def small_question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    sizes = BufferSizes(setting, "sha256")
    small = speedup(sizes.small)
    return Question(
        proved=AllOf((below(small, margins.GAIN), above(sizes.interaction, INTERACTION))),
        refuted=above(small, margins.GAIN),
        effect=small,
        guards=(
            margins.had_cores(sizes.small, margins.CEILING_TO_GAIN),
            margins.had_cores(sizes.large, margins.CEILING_TO_SCALE),
            margins.undisturbed(sizes.small),
        ),
        also=(cores_used(sizes.small), sizes.swept_step),
    )


def zlib_question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL, so nothing is released")
    sizes = BufferSizes(setting, "crc32")
    small = speedup(sizes.small)
    return Question(
        proved=AllOf((below(small, margins.GAIN), above(sizes.interaction, INTERACTION))),
        refuted=AnyOf((above(small, margins.GAIN), below(sizes.interaction, INTERACTION))),
        effect=sizes.interaction,
        guards=(
            margins.had_cores(sizes.large, CEILING_FOR_INTERACTION),
            margins.undisturbed(sizes.large),
            margins.undisturbed(sizes.small),
        ),
        also=(speedup(sizes.large), sizes.swept_step),
    )


CLAIMS = (
    Claim(
        id="B2",
        statement=(
            "hashlib over large buffers (1 MiB) scales in threads: 75 % or more of what the cores "
            "give"
        ),
        family="gil",
        source="Python documentation, hashlib: the GIL is released for data larger than 2047 bytes",
        explanation=(
            "hashlib hands a large buffer to compiled code that touches no Python object, and "
            "releases the GIL until it is done. Such threads compute at the same time, on any "
            "build. Whether your extension does the same shows in the same way."
        ),
        measured=(
            "hashlib.sha256 digests 1 MiB buffers in one thread per core (16 at most) and "
            "serially, in adjacent pairs, and processes that only spin are timed in the same "
            "launches."
        ),
        rule=(
            f"PROVED if the speedup is certainly above {margins.SHARE_OF_CEILING} of that of "
            "spinning processes, less what equal shares lose where cores differ in speed, and "
            f"above {margins.GAIN} itself; REFUTED if it is certainly below that share, and only "
            f"where spinning processes reach more than {margins.CEILING_TO_SCALE} times; asked "
            f"only where the serial code has more than {margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that threads are enough for such work, without copying it to "
            "processes; REFUTED means that something keeps the GIL, or memory is the limit."
        ),
        surprise=(
            "'Threads do not help CPU-bound work in Python' leaves no room for exceptions, and "
            "hashing is as CPU-bound as work can be. What decides is not how busy a core is but "
            "whether the code that keeps it busy holds the GIL."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=large_question,
        figure="speedup",
    ),
    Claim(
        id="B3",
        statement=(
            "hashlib over small buffers (1 KiB) gains nothing from threads, "
            "where large ones (1 MiB) of as many bytes do"
        ),
        family="gil",
        source="Python documentation, hashlib: the GIL is kept for data of 2047 bytes and less",
        explanation=(
            "To release the GIL and to acquire it again is not free, so hashlib does it from 2048 "
            "bytes on. The same bytes in small pieces therefore run one thread at a time, in large "
            "pieces they run in parallel: the size of the pieces decides, not the amount of work. "
            "Without a GIL there is nothing to keep."
        ),
        measured=(
            "hashlib.sha256 digests the same number of bytes in 1 KiB and in 1 MiB buffers, in "
            "one thread per core (16 at most) and serially."
        ),
        rule=(
            f"PROVED if the speedup with small buffers is certainly below {margins.GAIN}, and "
            f"that with large ones certainly more than {INTERACTION} times as high; REFUTED if "
            f"that with small ones is certainly above {margins.GAIN}; asked only where spinning "
            f"processes reach more than {margins.CEILING_TO_GAIN} times next to small buffers and "
            f"{margins.CEILING_TO_SCALE} next to large ones, and the serial code with small ones "
            f"has more than {margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that you pass data to the library in large pieces if threads are to "
            "gain; REFUTED means that threads gain with small pieces too."
        ),
        surprise=(
            "It is the same function, the same algorithm and the same number of bytes as with "
            "large buffers, so one expects it to scale alike. That the library releases the GIL "
            "from a certain size on only cannot be seen in a call."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=small_question,
        figure="release",
    ),
    Claim(
        id="B4",
        statement=(
            "Threads gain 20 % more in zlib.crc32 over large buffers (1 MiB) than over small ones "
            "(1 KiB), where they gain nothing"
        ),
        family="gil",
        source="CPython, Modules/zlibmodule.c: crc32() releases the GIL above 5 KiB",
        explanation=(
            "zlib draws a line as hashlib does, but at 5 KiB, and no page of the documentation "
            "says so: it keeps the GIL for smaller buffers. A sweep over sizes shows the line. "
            "Only the gain of large buffers over small ones is judged here, not how far it scales."
        ),
        measured=(
            "zlib.crc32 runs over the same number of bytes in 1 KiB and in 1 MiB buffers, in "
            "one thread per core (16 at most) and serially."
        ),
        rule=(
            f"PROVED if the speedup with small buffers is certainly below {margins.GAIN}, and "
            f"that with large ones certainly more than {INTERACTION} times as high; REFUTED if "
            f"the first is certainly above {margins.GAIN} or the second certainly less than "
            f"{INTERACTION} times as high; asked only where spinning processes reach more than "
            f"{CEILING_FOR_INTERACTION:.3g} times next to large buffers, and the serial code has "
            f"more than {margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that you look for the size from which a library releases the GIL "
            "before you rely on threads; REFUTED means that crc32 draws no such line here."
        ),
        surprise=(
            "That a library releases the GIL sounds like all there is to know. zlib does so for "
            "large buffers only, and its limit is not that of hashlib, so on the same data one of "
            "the two may scale in threads and the other not."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=zlib_question,
        figure="release",
    ),
)
