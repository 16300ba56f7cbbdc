"""Synthetic runs of several targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from gilbench.model import Comparison, PlannedItem, Record, Run
from gilbench.plan.matrix import cross_target_matrix
from tests.synthetic import EFFORT, World, make_run

# id, version, whether it has the GIL, executable: as they are met in practice, the last of which has no GIL
FIVE = (
    ("3.8.18", "3.8.18", True, "/synthetic/3.8/bin/python"),
    ("3.13.0", "3.13.0", True, "/synthetic/3.13/bin/python"),
    ("3.14.0", "3.14.0", True, "/synthetic/3.14/bin/python"),
    ("3.14.0t,gil=1", "3.14.0", True, "/synthetic/3.14t/bin/python"),
    ("3.14.0t,gil=0", "3.14.0", False, "/synthetic/3.14t/bin/python"),
)
EIGHT = (
    ("3.9.19", "3.9.19", True, "/synthetic/3.9/bin/python"),
    ("3.11.9", "3.11.9", True, "/synthetic/3.11/bin/python"),
    ("3.12.4", "3.12.4", True, "/synthetic/3.12/bin/python"),
    *FIVE,
)


def five_targets(launches: int = 6) -> tuple[Run, list[Record]]:
    """A run of five targets: an old version, the usual one, and one version with the GIL, built without it, and that
    build with it on again. On the last two a claim turns out otherwise than expected."""
    return of_targets(FIVE, launches)


def of_targets(
    kinds: Sequence[tuple[str, str, bool, str]], launches: int
) -> tuple[Run, list[Record]]:
    """A run of targets, the last of which is the build of the one before it, with the GIL off."""
    worlds = []
    for seed, (id, version, gil, executable) in enumerate(kinds):
        against = {"http-thread-w4": 0.9} if "t," in id else {}
        world = World(launches=launches, gil=gil, seed=seed, speedups=against, noise=0.002)
        built = replace(world.target.description, version=version, free_threaded_build="t" in id)
        world.target = replace(world.target, id=id, executable=executable, description=built)
        worlds.append(world)
    targets = tuple(world.target for world in worlds)
    across = [cross_target_matrix(one, targets[0], worlds[0].cores) for one in targets[1:]]
    across.append(cross_target_matrix(targets[-1], targets[-2], worlds[0].cores))
    planned = {item.id: PlannedItem(item, EFFORT) for items in across for item in items}
    for world in worlds:
        world.targets = targets
        planned |= {one.item.id: one for one in world.plan()}
    records = [
        record
        for one in planned.values()
        for world in worlds
        if world.target.id
        == (one.item.case.target if isinstance(one.item, Comparison) else one.item.target)
        for record in world._records_of(one)
    ]
    run = make_run(tuple(planned.values()), targets=targets, host=worlds[0].host)
    return run, one_after_the_other(records)


def one_after_the_other(records: Iterable[Record]) -> list[Record]:
    """The records as begun when those before them had ended, as far as they have a beginning."""
    placed, now_s = [], 0.0
    for record in records:
        placed.append(
            msgspec.structs.replace(record, began_s=now_s) if hasattr(record, "began_s") else record
        )
        now_s += getattr(record, "wall_ns", 0) / 1e9
    return placed
