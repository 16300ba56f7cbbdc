"""Reads ``run.json`` of older schemas as if this gilbench had written it.

Each step turns one schema into the next, so that a run of any age takes the same way. Journals
have kept their fields since the first schema; what was added to a line is optional.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gilbench.model import SCHEMA

Described = dict[str, Any]  # run.json as it was written


def _from_1(described: Described) -> Described:
    """Schema 2 has a digest in every line of the journal, and seals them when the run ends."""
    return {**described, "chained": False, "seal": None}


STEPS: dict[int, Callable[[Described], Described]] = {1: _from_1}  # schema → to the next one
READABLE = (*STEPS, SCHEMA)


def migrated(described: Described) -> Described:
    """``run.json`` in this gilbench's schema.

    Args:
        described: As it was written, of a schema of ``READABLE``.
    """
    for schema in range(described["schema"], SCHEMA):
        described = {**STEPS[schema](described), "schema": schema + 1}
    return described
