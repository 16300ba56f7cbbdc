"""Worlds in which one part of a claim's rule fails alone, or lies at its bound: without it the verdict would be another."""

from typing import Any

from gilbench.model import Outcome

PROVED, REFUTED, INCONCLUSIVE = Outcome.PROVED, Outcome.REFUTED, Outcome.INCONCLUSIVE

World = tuple[str, Outcome, dict[str, Any]]


def at_bounds(
    claim: str, of_items: str, bounds: dict[str, list[float]], **truth: Any
) -> list[World]:
    """A world for each bound in which one quantity lies at it, so that nothing is decided."""
    worlds: list[World] = []
    for item, values in bounds.items():
        for value in values:
            worlds.append((claim, INCONCLUSIVE, {**truth, of_items: {item: value}}))
    return worlds


def each_alone(
    claim: str, outcome: Outcome, of_items: str, values: dict[str, float], **truth: Any
) -> list[World]:
    """A world for each item in which it alone is as given: a rule of several parts needs them all."""
    return [(claim, outcome, {**truth, of_items: {item: value}}) for item, value in values.items()]


MIB = 1 << 20
# As in ``tests.laws``: ns of a message, and of a byte.
OF_MANAGER = {
    "queue": (9000, 0.7),
    "simple-queue": (5000, 0.6),
    "pipe": (3000, 0.5),
    "duplex-pipe": (4000, 0.7),
    "shared-memory": (4000, 0.15),
}
SHARED = tuple(f"shared-{kind}-thread-w2" for kind in ("attribute", "list", "dict"))
NOT_SHARED = "own-attribute-thread-w2"
FREE = {"gil": False, "beside": True}

PARTS: list[World] = [
    ("A12", REFUTED, {"law": {"pipe:16": 5.0}}),
    ("A15", REFUTED, {"law": {"read-modify-write:lock": 0.01}}),
    ("A15", REFUTED, {"law": {"read-modify-write:rlock": 0.01}}),
    *each_alone(
        "A15",
        INCONCLUSIVE,
        "law",
        {f"alternations:read-modify-write:{lock}": 1 for lock in ("lock", "rlock")},
    ),
    (
        "A15",
        INCONCLUSIVE,
        {"law": {"unlocked": 0.0, "alternations:read-modify-write:none": 1}},
    ),
    *at_bounds("A16", "speedups", {"fnv1a-thread-w2": [0.5]}),
    *each_alone(
        "B1",
        PROVED,
        "speedups",
        {"fnv1a-thread-w2": 0.7, "fnv1a-thread-w4": 0.7, "sha256-small-thread-w2": 0.7},
    ),
    *each_alone(
        "B1",
        INCONCLUSIVE,
        "speedups",
        {
            "fnv1a-thread-w4": 0.99 / 1.15,
            "sha256-small-thread-w2": 0.99 / 1.15,
            "sha256-small-thread-w4": 0.99 / 1.15,
        },
    ),
    (
        "B4",
        INCONCLUSIVE,
        {"speedups": {"crc32-small-thread-w2": 1.15, "crc32-large-thread-w2": 1.9}},
    ),
    (
        "B4",
        INCONCLUSIVE,
        {"speedups": {"crc32-small-thread-w2": 1.0, "crc32-large-thread-w2": 1.2}},
    ),
    *at_bounds("B5", "speedups", {"fnv1a-asyncio-w2": [0.5], "sleep-asyncio-w4": [2.0]}, seed=2),
    *at_bounds(
        "B5", "speedups", {"fnv1a-asyncio-w2": [1.15]}, cores_used={"fnv1a-asyncio-w2": 1.0}
    ),
    *at_bounds("B5", "cores_used", {"fnv1a-asyncio-w2": [1.1]}),
    ("B11", REFUTED, {"law": {"fork": 0.02}}),
    ("B11", REFUTED, {"law": {"spawn": 3.0}}),
    *at_bounds("B11", "law", {"fork": [0.05]}),
    *at_bounds("B13", "law", {"interpreter": [45.0]}),
    *each_alone("B15", REFUTED, "speedups", dict.fromkeys(SHARED, 1.2), **FREE),
    *[
        ("B15", INCONCLUSIVE, {**FREE, "speedups": {shared: 0.98, NOT_SHARED: 2.0}})
        for shared in SHARED
    ],
    *[
        (
            "B15",
            outcome,
            {**FREE, "speedups": {**dict.fromkeys(SHARED, 0.4), shared: 0.8, NOT_SHARED: own}},
        )
        for shared in SHARED
        for outcome, own in ((INCONCLUSIVE, 0.8 / 0.98), (REFUTED, 0.7))
    ],
    *[
        ("B18", REFUTED, {"law": {f"{channel}:{size}": 200.0}})
        for channel in OF_MANAGER
        for size in (16, 1 << 10, 64 << 10)
    ],
    *at_bounds(
        "B18",
        "law",
        {
            f"{channel}:{size}": [(90_000 + 3 * size) / (fixed_ns + byte_ns * size)]
            for channel, (fixed_ns, byte_ns) in OF_MANAGER.items()
            for size in (16, 1 << 10, 64 << 10)
        },
        seed=2,
    ),
    *each_alone(
        "B21",
        REFUTED,
        "law",
        {"property:none": 0.0, "subclass:none": 0.0, "call:none": 0.0},
    ),
    *[
        ("B21", INCONCLUSIVE, {"law": {f"{form}:none": 0.0, f"alternations:{form}:none": 1}})
        for form in ("property", "subclass", "call")
    ],
    *[
        ("B23", outcome, {"speedups": {"sha256-large-thread-w2": large, "fnv1a-thread-w2": python}})
        for outcome, large, python in (
            (INCONCLUSIVE, 0.5, 1.0),
            (INCONCLUSIVE, 1.0, 0.5),
            (INCONCLUSIVE, 1.0, 1.15),
            (REFUTED, 1.0, 1.5),
        )
    ],
    ("B29", REFUTED, {"law": {"large_timeout": 3.5}}),
    *each_alone(
        "B30",
        REFUTED,
        "law",
        {
            "value-array:16": 0.02,
            f"value-array:{MIB}": 20.0,
            f"value-array:{16 * MIB}": 20.0,
        },
    ),
    *at_bounds(
        "B30",
        "law",
        {
            f"value-array:{size}": [(3000 + 0.5 * size) / (30_000 + 0.2 * size)]
            for size in (16, 1 << 10, MIB, 16 * MIB)
        },
        seed=2,
    ),
    ("C3", REFUTED, {"law": {"locked_refused": 7}}),
    *each_alone(
        "C5", INCONCLUSIVE, "law", {"alternations:append": 1, "alternations:next-count": 1}
    ),
    *at_bounds("C14", "law", {"immortal": [1.3], "deferred": [1.3]}, gil=False),
    *at_bounds("C16", "law", {"feed": [0.02 / 30], "feed_thread": [0.02 / 30]}),
    ("C16", REFUTED, {"law": {"feed_thread": 0.3}}),
]
