"""Synthetic runs of any size: a journal of so many rounds, and folders of so many small runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from tests.synthetic import World, make_run

from gilbench.model import (
    Comparison,
    CoresSample,
    Effort,
    HostUse,
    LaunchStart,
    PlannedItem,
    Record,
    Round,
    Seal,
    WorkerLog,
)
from gilbench.results import folder as layout
from gilbench.results.chain import Chain, start_of
from gilbench.results.files import digest_of, encode_json

SAMPLE_S = 0.05  # of the cores, as a run takes them
MOST_S = 36_000  # of samples: ten hours
LAUNCHES = 8  # of the world whose launches are repeated: about 1,000 rounds
SEED = 1
START_NS, END_NS = 21_000, 9_000  # of a round, before its workers' first task and after the last


def write_run(folder: Path, rounds: int) -> Path:
    """A run in which every claim is measured: the launches of a world's comparisons are repeated
    until there are enough rounds. Each round has the workers that a real one has, each line its digest."""
    folder.mkdir(parents=True)
    world = World(launches=LAUNCHES, seed=SEED)
    plan = world.plan()
    by_item: dict[str, list[Record]] = {planned.item.id: [] for planned in plan}
    for record in world.records():
        by_item[record.item].append(record)
    counted = sum(isinstance(record, Round) for each in by_item.values() for record in each)
    times = max(1, round(rounds / counted))
    repeated = tuple(_repeated(planned, times) for planned in plan)
    made = make_run(repeated, targets=world.targets, host=world.host)
    run = msgspec.structs.replace(made, chained=True)
    encoder, began_s = msgspec.json.Encoder(), 0.0
    chain = Chain(start_of(encode_json(run)))
    with (folder / layout.ROUNDS).open("wb") as file:
        for planned in repeated:
            for record in _records(planned, by_item[planned.item.id], times):
                written = record
                if isinstance(record, Round):
                    written = _timed(record, began_s, planned)
                    began_s += record.wall_ns / 1e9
                file.write(chain.link(encoder.encode(written)) + b"\n")
    with (folder / layout.CORES).open("wb") as file:
        for tick in range(int(min(began_s, MOST_S) / SAMPLE_S)):
            sample = CoresSample(round(tick * SAMPLE_S, 3), (0.93, 0.12))
            file.write(encoder.encode(sample) + b"\n")
    seal = Seal(chain.digest.hex(), digest_of(folder / layout.CORES))
    sealed = encode_json(msgspec.structs.replace(run, seal=seal))
    (folder / layout.RUN).write_bytes(sealed)
    (folder / layout.BENCHMARK).write_text("{}\n")  # as pytest leaves one, and report keeps it
    return folder


def _repeated(planned: PlannedItem, times: int) -> PlannedItem:
    """An item of a plan whose comparison has so many times as many launches."""
    if not isinstance(planned.item, Comparison):
        return planned
    effort = Effort((LAUNCHES * times,), planned.effort.pairs)
    return msgspec.structs.replace(planned, effort=effort)


def _records(planned: PlannedItem, records: list[Record], times: int) -> Iterator[Record]:
    """The records of an item, its launches so many times if it is a comparison."""
    if not isinstance(planned.item, Comparison):
        yield from records
        return
    *of_launches, end = records
    for number in range(times):
        for record in of_launches:
            launch = record.launch + number * LAUNCHES  # type: ignore[union-attr]
            again = msgspec.structs.replace(record, launch=launch)
            if isinstance(again, LaunchStart):  # no two launches begin at the same time
                again = msgspec.structs.replace(again, began_s=float(launch))
            yield again
    yield msgspec.structs.replace(end, launches=LAUNCHES * times)


def _timed(timed: Round, began_s: float, planned: PlannedItem) -> Round:
    """A round at a time, with the logs of its workers."""
    case = getattr(planned.item, "case", None)
    workers = case.workers if case and timed.role == "case" else 1
    own_ns = timed.cpu_self_ns // workers
    logs = []
    for worker in range(workers):
        tasks = len(range(worker, timed.tasks, workers))
        logs.append(WorkerLog(4242, 4243, tasks, START_NS, timed.wall_ns - END_NS, own_ns))
    return msgspec.structs.replace(
        timed,
        began_s=round(began_s, 6),
        launch_ns=START_NS,
        compute_ns=timed.wall_ns - START_NS - END_NS,
        join_ns=END_NS,
        workers=tuple(logs),
        host=HostUse(tuple(round(busy, 4) for busy in timed.host.busy_s), 0.0),
    )


def history(run: Path, out: Path, runs: int) -> None:
    """A folder of so many runs, one a minute: a run whose report is written, under other names."""
    described = msgspec.json.decode((run / layout.RUN).read_bytes())
    for number in range(runs):
        day, minute = divmod(number, 1440)
        stamp = f"2026-01-{1 + day:02d}T{minute // 60:02d}:{minute % 60:02d}:00+00:00"
        folder = out / f"run-{number:05d}"
        folder.mkdir(parents=True)
        later = {**described, "id": folder.name, "started_utc": stamp, "status": "complete"}
        (folder / layout.RUN).write_bytes(msgspec.json.encode(later))
        for name in (layout.SUMMARY_CSV, layout.VERDICTS):
            os.link(run / name, folder / name)
