"""How a claim may turn out, and what that rests on."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a run says of a claim. VOID: a control failed, so nothing can be said at all."""

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "NOT APPLICABLE"
    VOID = "VOID"

    @property
    def is_decided(self) -> bool:
        """Whether the claim is proved or refuted."""
        return self in (Outcome.PROVED, Outcome.REFUTED)

    @property
    def is_open(self) -> bool:
        """Whether the claim applies and is not decided."""
        return self in (Outcome.INCONCLUSIVE, Outcome.VOID)


class Ground(StrEnum):
    """What a decision rests on.

    MEASUREMENT: quantities lie beyond their bounds, with the certainty that all claims share.
    EVERY_TRIAL: there was no exception in any trial, which does not exclude rare ones. SIGHTING: it
    was seen once or more, which proves that it happens.
    """

    MEASUREMENT = "measurement"
    EVERY_TRIAL = "every trial"
    SIGHTING = "sighting"


class Label(StrEnum):
    """What readers see in place of an outcome: HELD is PROVED by trials without an exception."""

    PROVED = "PROVED"
    HELD = "HELD"
    REFUTED = "REFUTED"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "NOT APPLICABLE"
    VOID = "VOID"
