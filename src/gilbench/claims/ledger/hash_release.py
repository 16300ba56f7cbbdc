"""B2, B3 and B4: hashlib and zlib release the GIL for large buffers and keep it for small ones."""

from __future__ import annotations

from dataclasses import dataclass

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio, over, speedup
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import release_sweep
from gilbench.model import Comparison, Outcome

ONE_CORE = "one usable core: there is nothing to scale to"

# The same bytes must gain this much more in large buffers than in small ones: no less than what separates the least
# that counts as scaling (0.75 of a ceiling of 1.6) from no gain at all, and a little beyond GAIN.
INTERACTION = 1.2


def step(setting: Setting, function: str) -> Quantity:
    """How much more threads gain in the largest buffers of the sweep than in the smallest."""
    return observed_ratio(
        release_sweep.experiment(setting.target),
        f"gain of two threads on {function}, 1 MiB over 512-byte buffers, in a sweep of sizes",
        lambda seen: release_sweep.gain_step(seen, function),
    )


def ask_large(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    large = setting.against_serial("sha256-large", "thread", setting.cores)
    cores_free = margins.when_cores_free(large)
    share = cores_free.of_ceiling
    return Question(
        proved=above(share, margins.SHARE_OF_CEILING),
        refuted=below(share, margins.SHARE_OF_CEILING),
        effect=cores_free.speedup,
        guards=(margins.cores_were_free(large), margins.undisturbed(large)),
        also=(cores_free.cores_used,),
    )


@dataclass(frozen=True)
class Sizes:
    """The same bytes in large and in small buffers, under as many threads as cores."""

    setting: Setting
    name: str

    @property
    def large(self) -> Comparison:
        return self.setting.against_serial(f"{self.name}-large", "thread", self.setting.cores)

    @property
    def small(self) -> Comparison:
        return self.setting.against_serial(f"{self.name}-small", "thread", self.setting.cores)

    @property
    def interaction(self) -> Quantity:
        name = f"gain of threads on {self.name} with 1 MiB over gain with 1 KiB buffers"
        return over(margins.when_cores_free(self.large).speedup, speedup(self.small), name)


def ask_small(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    sizes = Sizes(setting, "sha256")
    cores_free = margins.when_cores_free(sizes.small)
    small = cores_free.speedup
    return Question(
        proved=AllOf((below(small, margins.GAIN), above(sizes.interaction, INTERACTION))),
        refuted=above(small, margins.GAIN),
        effect=small,
        guards=(
            margins.cores_were_free(sizes.small),
            margins.cores_were_free(sizes.large),
            margins.undisturbed(sizes.small),
        ),
        also=(cores_free.cores_used, step(setting, "sha256")),
    )


def ask_zlib(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL, so nothing is released")
    sizes = Sizes(setting, "crc32")
    small = speedup(sizes.small)
    return Question(
        proved=AllOf((below(small, margins.GAIN), above(sizes.interaction, INTERACTION))),
        refuted=AnyOf((above(small, margins.GAIN), below(sizes.interaction, INTERACTION))),
        effect=sizes.interaction,
        guards=(
            margins.cores_were_free(sizes.large),
            margins.undisturbed(sizes.large),
            margins.undisturbed(sizes.small),
        ),
        also=(speedup(sizes.large), step(setting, "crc32")),
    )


CLAIMS = (
    Claim(
        id="B2",
        statement="hashlib over large buffers (1 MiB) scales in threads",
        family="gil",
        source="Python documentation, hashlib: the GIL is released for data larger than 2047 bytes",
        explanation=(
            "hashlib hands a large buffer to compiled code that touches no Python object, and lets go of the GIL until "
            "it is done. Such threads compute at the same time, on any build. Whether your own extension does the same "
            "shows in the same way."
        ),
        surprise=(
            "'Threads do not help CPU-bound work in Python' leaves no room for exceptions, and hashing is as CPU-bound "
            "as work can be. What decides is not how busy a core is but whether the code that keeps it busy holds the "
            "GIL."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask_large,
        figure="speedup",
    ),
    Claim(
        id="B3",
        statement="hashlib over small buffers (1 KiB) does not scale in threads, for the same number of bytes",
        family="gil",
        source="Python documentation, hashlib: the GIL is kept for data of 2047 bytes and less",
        explanation=(
            "Letting go of the GIL and taking it again costs more than hashing a small buffer, so hashlib does not. "
            "The same bytes in small pieces therefore run one thread at a time, in large pieces they run in parallel: "
            "the size of the pieces decides, not the amount of work. Without a GIL there is nothing to keep."
        ),
        surprise=(
            "It is the same function, the same algorithm and the same number of bytes as with large buffers, so one "
            "expects it to scale alike. That the library lets go of the GIL from a certain size on only cannot be seen "
            "in a call."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=ask_small,
        figure="release",
    ),
    Claim(
        id="B4",
        statement="zlib.crc32 scales in threads over large buffers (1 MiB) and not over small ones (1 KiB)",
        family="gil",
        source="CPython, Modules/zlibmodule.c: crc32 releases the GIL above 5 KiB",
        explanation=(
            "zlib draws the same line as hashlib, at 5 KiB: below it letting go of the GIL would cost more than the "
            "checksum. Where a library draws it is nowhere promised; a sweep over sizes shows it."
        ),
        surprise=(
            "That a library lets go of the GIL sounds like all there is to know. zlib does so for large buffers only, "
            "and its limit is not that of hashlib, so on the same data one of the two may scale in threads and the "
            "other not."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask_zlib,
        figure="release",
    ),
)
