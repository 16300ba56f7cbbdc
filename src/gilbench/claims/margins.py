"""Bounds and guards that several claims share, each with its reason.

A bound of a single claim stands in the claim's own file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import quantities, rules
from gilbench.claims.claim import Guard
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Comparison

# Of a wrong verdict anywhere in a run: family-wise, over every claim, both directions and every
# interim analysis.
ALPHA = 0.01

# A guard holds where this interval lies on its good side entirely.
GUARD_CONFIDENCE = 0.95
GUARD_LEVEL = (1 - GUARD_CONFIDENCE) / 2  # one-sided, of a guard that holds or certainly fails

# What counts as a gain. A single extra thread was seen to run pure-Python work 3 to 5 % faster than
# the main thread, so a few per cent do not show use of a second core; half of one would be 1.5.
GAIN = 1.15

# Equivalence of "no gain" needs a lower margin as well: code that loses more than half of its speed
# is not "the same". How much threads lose short of that is claim B1's question.
WORST_NO_GAIN = 0.5

# Scaling: the share of the ceiling that a strategy must reach. It leaves a quarter for starting and
# joining workers in rounds of some 90 ms.
SHARE_OF_CEILING = 0.75

# The ceiling varies from launch to launch: two virtual cores reach 1.3 while the hypervisor has
# them on one physical core, and 2.0 on two. All launches count, and their mean ceiling must be
# certain to lie above what the question needs. "Scales", where it is refuted or compared: with no
# gain at all the share is 1/1.4 = 0.71 at most, below 0.75 by more than the 3 % by which controls
# of the same minute differ.
CEILING_TO_SCALE = 1.4

# "Gains nothing": work that scales would reach 0.9 of 1.3, which is more than GAIN.
CEILING_TO_GAIN = 1.3

# CPU seconds per wall-clock second of the serial reference. A CPU-bound round with less had to
# share its core.
UNDISTURBED = 0.9

# With more cores than this in use by other programs, slow I/O-bound work proves nothing about the
# GIL.
FOREIGN_CORES = 0.5

ONE_CORE_ONLY = 1.1  # cores used; one core, plus a tenth for thread starts and clock resolution

BUSY_HOST = "other work takes the cores away: end it and measure again"
FEW_CORES = f"processes that only spin gain little more here: {BUSY_HOST}"


def had_cores(
    comparison: Comparison, least_ceiling: float, *, only_for: Outcome | None = None
) -> Guard:
    """The host had the cores that a comparison asks for, by the ceiling control of its launches.

    Args:
        comparison: It has the ceiling control.
        least_ceiling: The bound of their mean ceiling, one of those above or ``GAIN``.
        only_for: The outcome that requires it; None: either does.
    """
    enough = rules.above(quantities.ceiling(comparison), least_ceiling)
    return Guard(enough, BUSY_HOST, only_for)


def cores_to_scale(comparison: Comparison) -> tuple[Guard, ...]:
    """The guards of a comparison whose share of the ceiling is asked for.

    PROVED requires that the case itself gained, whatever the control reached: next to serial code
    that had ``UNDISTURBED`` of a core, one core alone gives 1/0.9 = 1.11 at most, less than
    ``GAIN``. REFUTED requires that the control shows the cores that the case did not use.

    Args:
        comparison: It has the ceiling control and a serial reference.
    """
    gained = rules.above(quantities.speedup(comparison), GAIN)
    return (
        Guard(gained, FEW_CORES, only_for=Outcome.PROVED),
        had_cores(comparison, CEILING_TO_SCALE, only_for=Outcome.REFUTED),
        undisturbed(comparison),
    )


def cores_to_gain(comparison: Comparison) -> tuple[Guard, ...]:
    """The guards of a comparison whose speedup is asked for, where it may be that of serial code.

    PROVED, which says that nothing is gained, requires that what scales would have gained: spinning
    processes certainly do, and the case certainly does not reach ``SHARE_OF_CEILING`` of them.
    REFUTED requires that the control shows the cores that the case is said to have used.

    Args:
        comparison: It has the ceiling control and a serial reference.
    """
    scales_not = rules.below(quantities.over_ceiling(comparison), SHARE_OF_CEILING)
    return (
        had_cores(comparison, GAIN, only_for=Outcome.PROVED),
        Guard(scales_not, FEW_CORES, only_for=Outcome.PROVED),
        had_cores(comparison, CEILING_TO_GAIN, only_for=Outcome.REFUTED),
        undisturbed(comparison),
    )


def undisturbed(comparison: Comparison) -> Guard:
    """The serial reference had a core to itself."""
    return Guard(rules.above(quantities.reference_cores_used(comparison), UNDISTURBED), BUSY_HOST)


def quiet_to_refute(comparison: Comparison) -> Guard:
    """Other programs did not fill the host meanwhile; required for REFUTED only."""
    quiet = rules.below(quantities.foreign_cores(comparison), FOREIGN_CORES)
    return Guard(quiet, BUSY_HOST, only_for=Outcome.REFUTED)
