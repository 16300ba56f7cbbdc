"""An interrupted run's journal: how much of it is intact, and where to truncate it before resuming.

Complete launches are kept. A launch that was cut off is dropped and measured again, since its
process is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gilbench.model import (
    Comparison,
    CoresSample,
    Failure,
    ItemEnd,
    LaunchStart,
    Observation,
    PlannedItem,
    Record,
    Round,
)
from gilbench.results import folder as layout
from gilbench.results.chain import Chain
from gilbench.results.lines import read_finished


@dataclass(frozen=True)
class IntactJournal:
    """What of a journal is kept when its run is resumed.

    Attributes:
        records: The records that are kept.
        launches: Launches of each item that has no end yet, by its id.
        clock_s: The latest time in either file, dropped records included, so that later times never
            go back.
        dropped: How many records are dropped, an unfinished line included.
        rounds_bytes: How much of ``rounds.jsonl`` is kept.
        cores_bytes: How much of ``cores.jsonl`` is kept.
        digest: The digest of the last line that is kept; empty where lines have none.
        end_digest: The same of the last line that is there.
    """

    records: tuple[Record, ...]
    launches: dict[str, int]
    clock_s: float
    dropped: int
    rounds_bytes: int
    cores_bytes: int
    digest: bytes = b""
    end_digest: bytes = b""

    @property
    def ended(self) -> frozenset[str]:
        """The items that were measured to their end, or failed."""
        return frozenset(
            record.item for record in self.records if isinstance(record, ItemEnd | Failure)
        )


def read_intact(
    folder: Path, plan: Iterable[PlannedItem], chain: Chain | None = None
) -> IntactJournal:
    """How much of a run's journal is intact.

    Args:
        folder: The run's folder.
        plan: What the run was to measure; it says when a launch is complete.
        chain: What the first line follows; None where lines have no digests.

    Raises:
        InputError: A finished line cannot be read, or was changed.
    """
    start = chain.digest if chain is not None else b""
    rounds_path, cores_path = folder / layout.ROUNDS, folder / layout.CORES
    rounds, unfinished = read_finished(rounds_path, msgspec.json.Decoder(Record), chain)
    cores, _ = read_finished(cores_path, msgspec.json.Decoder(CoresSample))
    records = [line.value for line in rounds]
    kept = _count_intact(records, {planned.item.id: planned for planned in plan})
    ended = {record.item for record in records[:kept] if isinstance(record, ItemEnd | Failure)}
    launches: dict[str, int] = {}
    for record in records[:kept]:
        if isinstance(record, LaunchStart) and record.item not in ended:
            launches[record.item] = record.launch + 1
    times_s = [*map(_ended_s, records), *(line.value.t_s for line in cores)]
    return IntactJournal(
        records=tuple(records[:kept]),
        launches=launches,
        clock_s=max(times_s, default=0.0),
        dropped=len(records) - kept + unfinished,
        rounds_bytes=rounds[kept - 1].end if kept else 0,
        cores_bytes=cores[-1].end if cores else 0,
        digest=rounds[kept - 1].digest if kept else start,
        end_digest=rounds[-1].digest if rounds else start,
    )


def _count_intact(records: Sequence[Record], plan: dict[str, PlannedItem]) -> int:
    """How many records are kept: all of them, or those before a launch that was cut off.

    Launches of different items are interleaved, but each has ended before the next begins or an
    item ends, so only the last launch of a journal can have been cut off.
    """
    for index in reversed(range(len(records))):
        record = records[index]
        if isinstance(record, ItemEnd | Failure):
            break
        if isinstance(record, LaunchStart):
            if not _is_complete(records[index:], plan[record.item]):
                return index
            break
    return len(records)


def _is_complete(launch: Sequence[Record], planned: PlannedItem) -> bool:
    """Whether a launch has the least that one must have.

    It needs both halves of its pairs, or every condition.
    """
    if isinstance(planned.item, Comparison):
        last_pair = planned.effort.pairs - 1
        halves = {
            record.role
            for record in launch
            if isinstance(record, Round) and record.pair == last_pair
        }
        return halves == {"case", "reference"}
    return sum(isinstance(record, Observation) for record in launch) == len(planned.item.conditions)


def _ended_s(record: Record) -> float:
    """When what a record is about had ended, on the run's clock."""
    return (
        getattr(record, "began_s", 0.0)
        + (getattr(record, "wall_ns", 0) + getattr(record, "startup_ns", 0)) / 1e9
    )
