"""Bounds and guards that several claims share, each with its reason. A bound of one claim stands in its own file."""

from __future__ import annotations

from gilbench.claims import quantities, rules
from gilbench.claims.claim import Guard
from gilbench.model import Comparison

# What counts as a gain. One extra thread alone was seen to run pure-Python work 3 to 5 % faster than the main thread
# does, so a few per cent are no use of a second core; half of a second core would be 1.5.
GAIN = 1.15

# Equivalence of "no gain" needs a lower margin as well: what loses more than half is not "the same", it is a loss of
# its own kind. How much threads lose short of that is claim B1's question.
WORST_NO_GAIN = 0.5

# Scaling: the share of the ceiling that a strategy must reach. It leaves a quarter for starting and joining workers
# in rounds of some 90 ms, and stays clear of "no gain": 0.75 × 1.6 = 1.2 > GAIN.
SHARE_OF_CEILING = 0.75

# Below this ceiling "scales" (0.75 of it) cannot be told from "no gain". Virtual cores that the host's own host puts on
# one real core reach 1.3, cores of their own 2.0, and which it is changes within seconds.
LOWEST_CEILING = 1.6

# Of the launches those whose ceiling was high enough count. Where they are not even one in ten, the host is not fit.
ENOUGH_LAUNCHES = 0.1

# CPU seconds a wall second of the serial reference. A CPU-bound round that gets less has had its core taken away.
UNDISTURBED = 0.9

# Cores in use by others beyond which slow waiting proves nothing about the GIL.
FOREIGN_CORES = 0.5

ONE_CORE_ONLY = 1.1  # cores used; one core, and a tenth for starting threads and for clock resolution

BUSY_HOST = "other work takes the cores away: end it and measure again"


def when_cores_free(comparison: Comparison) -> quantities.CoresFree:
    """The comparison in the launches in which the host's cores were really there to be used."""
    return quantities.CoresFree(comparison, LOWEST_CEILING)


def cores_were_free(comparison: Comparison) -> Guard:
    """There were such launches, by the control that ran beside the claim."""
    return Guard(rules.above(when_cores_free(comparison).share, ENOUGH_LAUNCHES), BUSY_HOST)


def undisturbed(comparison: Comparison) -> Guard:
    """The serial reference had a core to itself."""
    return Guard(rules.above(quantities.reference_cores_used(comparison), UNDISTURBED), BUSY_HOST)


def quiet_to_refute(comparison: Comparison) -> Guard:
    """Other programs did not fill the host meanwhile; asked only before refuting."""
    return Guard(rules.below(quantities.foreign_cores(comparison), FOREIGN_CORES), BUSY_HOST, for_refuting=True)
