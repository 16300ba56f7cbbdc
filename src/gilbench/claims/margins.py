"""Bounds and guards that several claims share, each with its reason.

A bound of a single claim stands in the claim's own file.
"""

from __future__ import annotations

from gilbench.claims import quantities, rules
from gilbench.claims.claim import Guard
from gilbench.model import Comparison

# What counts as a gain. A single extra thread was seen to run pure-Python work 3 to 5 % faster than
# the main thread, so a few per cent do not show use of a second core; half of one would be 1.5.
GAIN = 1.15

# Equivalence of "no gain" needs a lower margin as well: code that loses more than half of its speed
# is not "the same". How much threads lose short of that is claim B1's question.
WORST_NO_GAIN = 0.5

# Scaling: the share of the ceiling that a strategy must reach. It leaves a quarter for starting and
# joining workers in rounds of some 90 ms, and stays clear of "no gain": 0.75 × 1.6 = 1.2 > GAIN.
SHARE_OF_CEILING = 0.75

# Below this ceiling "scales" (0.75 of it) cannot be distinguished from "no gain". Two virtual cores on one
# physical core reach 1.3, on two physical cores 2.0, and the hypervisor may switch between the two
# within seconds.
LOWEST_CEILING = 1.6

# Only launches with a high enough ceiling count. Where fewer than one in ten have one, the host is
# not fit for the claim.
ENOUGH_LAUNCHES = 0.1

# CPU seconds per wall-clock second of the serial reference. A CPU-bound round with less had to
# share its core.
UNDISTURBED = 0.9

# With more cores than this in use by other programs, slow I/O-bound work proves nothing about the
# GIL.
FOREIGN_CORES = 0.5

ONE_CORE_ONLY = 1.1  # cores used; one core, plus a tenth for thread starts and clock resolution

BUSY_HOST = "other work takes the cores away: end it and measure again"


def when_cores_free(comparison: Comparison) -> quantities.CoresFree:
    """The comparison, in the launches in which the host's cores were free."""
    return quantities.CoresFree(comparison, LOWEST_CEILING)


def cores_were_free(comparison: Comparison) -> Guard:
    """Enough launches had free cores, by the ceiling control that ran in them."""
    return Guard(rules.above(when_cores_free(comparison).share, ENOUGH_LAUNCHES), BUSY_HOST)


def undisturbed(comparison: Comparison) -> Guard:
    """The serial reference had a core to itself."""
    return Guard(rules.above(quantities.reference_cores_used(comparison), UNDISTURBED), BUSY_HOST)


def quiet_to_refute(comparison: Comparison) -> Guard:
    """Other programs did not fill the host meanwhile; required for REFUTED only."""
    quiet = rules.below(quantities.foreign_cores(comparison), FOREIGN_CORES)
    return Guard(quiet, BUSY_HOST, for_refuting=True)
