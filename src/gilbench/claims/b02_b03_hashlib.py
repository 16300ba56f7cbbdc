"""B2 and B3: hashlib releases the GIL for large buffers and keeps it for small ones."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import cores_used, of_ceiling, over, speedup
from gilbench.claims.rules import AllOf, above, below
from gilbench.model import Outcome

ONE_CORE = "one usable core: there is nothing to scale to"

# The same bytes must gain this much more in large buffers than in small ones: no less than what separates the least
# that counts as scaling (0.75 of a ceiling of 1.6) from no gain at all, and a little beyond GAIN.
INTERACTION = 1.2


def ask_large(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    large = setting.against_serial("sha256-large", "thread", setting.cores)
    share = of_ceiling(large)
    return Question(
        proved=above(share, margins.SHARE_OF_CEILING),
        refuted=below(share, margins.SHARE_OF_CEILING),
        effect=speedup(large),
        guards=(margins.room_to_scale(large), margins.undisturbed(large)),
        also=(cores_used(large),),
    )


def ask_small(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    large = setting.against_serial("sha256-large", "thread", setting.cores)
    small = setting.against_serial("sha256-small", "thread", setting.cores)
    interaction = over(speedup(large), speedup(small), "gain of threads with 1 MiB over gain with 1 KiB buffers")
    return Question(
        proved=AllOf((below(speedup(small), margins.GAIN), above(interaction, INTERACTION))),
        refuted=above(speedup(small), margins.GAIN),
        effect=speedup(small),
        guards=(margins.room_to_scale(small), margins.undisturbed(small)),
        also=(cores_used(small),),
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
        expected=lambda setting: Outcome.PROVED,
        question=ask_large,
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
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=ask_small,
    ),
)
