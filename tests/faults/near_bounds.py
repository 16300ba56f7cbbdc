"""Runs and baselines that cannot be by a hair, of worlds in which a claim lies at its bound.

Each is one value past what the plan, the target or the record before it allows; its neighbour, at the limit itself, is
read.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from gilbench.claims.judging import judge_claims
from gilbench.model import Outcome
from gilbench.results import tables
from gilbench.results.journal_rules import CPU_SLACK, CPU_SLACK_NS, ROUNDING_NS
from gilbench.results.tables import Tables
from tests.claim_worlds import CEILING
from tests.synthetic import World, make_run

LAUNCHES = 6
LOOKS = [3, LAUNCHES]
NOISE = 0.02
STEPS = 10  # of the bisection that finds where a verdict turns
# A claim, what its verdict depends on, and two values between which the verdict turns
AT_BOUNDS = (
    ("A16", "fnv1a-thread-w2", 1.0, 1.3),
    ("A17", "fnv1a-process-w2", 1.0, CEILING),
    ("A18", "sleep-thread-w4", 1.0, 4.0),
    ("B1", "fnv1a-thread-w2", 0.5, 1.0),
    ("B2", "sha256-large-thread-w2", 1.0, CEILING),
    ("B3", "sha256-small-thread-w2", 1.0, 1.9),
    ("B23", "sha256-large-thread-w2", 1.0, 1.9),
)


@dataclass
class Files:
    """What the files of a run say, as JSON has it."""

    run: dict[str, Any]
    lines: list[dict[str, Any]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The records of a kind."""
        return [line for line in self.lines if line["type"] == kind]

    def rounds(self) -> list[dict[str, Any]]:
        """The rounds that count."""
        return [line for line in self.of("round") if not line["warmup"]]

    def planned(self, item: str) -> dict[str, Any]:
        """The plan of an item, by its id."""
        known = msgspec.convert(self.run, type(make_run()))
        place = [planned.item.id for planned in known.plan].index(item)
        return dict(self.run["plan"][place])

    def write(self, folder: Path) -> Path:
        """Write them into a folder."""
        folder.mkdir(exist_ok=True)
        (folder / "run.json").write_text(json.dumps(self.run), encoding="utf-8")
        text = "".join(json.dumps(line) + "\n" for line in self.lines)
        (folder / "rounds.jsonl").write_text(text, encoding="utf-8")
        (folder / "cores.jsonl").touch()
        return folder


def outcome(claim: str, loaded: Tables) -> Outcome:
    """The verdict on a claim."""
    return next(each.verdict for each in judge_claims(loaded) if each.id == claim)


def files_of(claim: str, label: str, speedup: float) -> tuple[Files, Outcome]:
    """What a run would have written where a case has a speedup, all launches used up, and the verdict on the claim."""
    world = World(
        claims=frozenset({claim}),
        ceiling=CEILING,
        launches=LAUNCHES,
        noise=NOISE,
        speedups={label: speedup},
    )
    plan = tuple(
        replace(planned, effort=replace(planned.effort, looks=tuple(LOOKS)))
        for planned in world.plan()
    )
    run = make_run(plan, targets=world.targets, host=world.host)
    records = world.records()
    files = Files(msgspec.to_builtins(run), [msgspec.to_builtins(record) for record in records])
    return files, outcome(claim, tables.build(run, records))


def files_at(claim: str, label: str, low: float, high: float) -> Files:
    """The files of a run that just does not decide a claim, as it does at ``low``, found by bisection."""
    _, at_low = files_of(claim, label, low)
    for _ in range(STEPS):
        middle = (low + high) / 2
        if files_of(claim, label, middle)[1] == at_low:
            low = middle
        else:
            high = middle
    return files_of(claim, label, high)[0]


Change = Callable[[Files, Random], None]


@dataclass(frozen=True)
class Bound:
    """A limit of what can be: a change past it, and one that comes up to it, where there is one."""

    past: Change
    up_to: Change | None = None
    of: str = "round"  # the kind of record that there must be


def _set_round(**by: Callable[[dict[str, Any], Files], Any]) -> Change:
    def change(files: Files, chance: Random) -> None:
        timed = chance.choice(files.rounds())
        timed.update({name: value(timed, files) for name, value in by.items()})

    return change


def _set_worker(**by: int) -> Change:
    """Change a worker of a round by so much."""

    def change(files: Files, chance: Random) -> None:
        worker = chance.choice(chance.choice(files.rounds())["workers"])
        worker.update({name: worker[name] + more for name, more in by.items()})

    return change


def _cpu(more_ns: int) -> Change:
    def most(timed: dict[str, Any], files: Files) -> int:
        cores = files.run["host"]["logical_cores"]
        return int(CPU_SLACK * cores * timed["wall_ns"] + CPU_SLACK_NS) + more_ns

    return _set_round(cpu_self_ns=most, cpu_children_ns=lambda *_: 0)


def _wall(more_ns: int) -> Change:
    return _set_round(wall_ns=lambda timed, _: timed["wall_ns"] + more_ns)


def _scaled_ceiling(factor: float) -> Change:
    def change(files: Files, chance: Random) -> None:
        control = chance.choice(files.of("control"))
        control["ceiling"] *= factor

    return change


def _lost(times: int) -> Change:
    def change(files: Files, chance: Random) -> None:
        start = chance.choice(files.of("launch"))
        place = files.lines.index(start)
        died = {name: start[name] for name in ("item", "launch")} | {"type": "lost", "message": "x"}
        files.lines[place:place] = [died] * times

    return change


def _records_of(files: Files, item: str, launch: int) -> list[dict[str, Any]]:
    return [one for one in files.lines if one["item"] == item and one.get("launch") == launch]


def _copy_launch(as_number: int | None) -> Change:
    """Have a launch twice: under its own number right after it, or as one more at the end."""

    def change(files: Files, chance: Random) -> None:
        end = chance.choice(files.of("end"))
        launch = chance.randrange(LAUNCHES) if as_number is None else LAUNCHES - 1
        mine = _records_of(files, end["item"], launch)
        copies = [
            record | {"launch": launch if as_number is None else as_number} for record in mine
        ]
        place = files.lines.index(mine[-1]) + 1
        files.lines[place:place] = copies
        if as_number is not None:
            end["launches"] += 1

    return change


def _leave_out_launch(files: Files, chance: Random) -> None:
    end = chance.choice(files.of("end"))
    for record in _records_of(files, end["item"], chance.randrange(LAUNCHES - 1)):
        files.lines.remove(record)
    end["launches"] -= 1


def copy_all_launches(files: Files, chance: Random) -> None:
    """Have every launch twice, the copies under further numbers, as somebody would who wants to decide a claim."""
    for end in files.of("end"):
        place = files.lines.index(end)
        mine = [one for one in files.lines if one["item"] == end["item"] and "launch" in one]
        files.lines[place:place] = [one | {"launch": one["launch"] + LAUNCHES} for one in mine]
        end["launches"] += LAUNCHES


def _end(by: int) -> Change:
    def change(files: Files, chance: Random) -> None:
        chance.choice(files.of("end"))["launches"] += by

    return change


def _without_end(files: Files, chance: Random) -> None:
    files.lines.remove(chance.choice(files.of("end")))


def _after_end(kind: str) -> Change:
    def change(files: Files, chance: Random) -> None:
        end = chance.choice(files.of("end"))
        again = {
            "end": dict(end),
            "failure": {"type": "failure", "item": end["item"], "launch": 0, "message": "x"},
            "round": dict(files.rounds()[-1], item=end["item"]),
        }[kind]
        files.lines.insert(files.lines.index(end) + 1, again)

    return change


def _workers(files: Files, chance: Random) -> None:
    chance.choice(files.of("control"))["workers"] += 1


def _planned(**changes: Any) -> Change:
    def change(files: Files, chance: Random) -> None:
        chance.choice(files.run["plan"])["effort"].update(changes)

    return change


def _host(**changes: Any) -> Change:
    def change(files: Files, chance: Random) -> None:
        files.run["host"].update(changes)

    return change


def _longest(timed: dict[str, Any], files: Files) -> int:
    effort = files.planned(timed["item"])["effort"]
    return max(int(effort["pairs"]), int(effort["most_pairs"]))


BOUNDS: dict[str, Bound] = {
    "CPU time": Bound(_cpu(2), _cpu(0)),
    "wall time": Bound(_wall(ROUNDING_NS + 1), _wall(ROUNDING_NS)),
    "less wall time": Bound(_wall(-ROUNDING_NS - 1), _wall(-ROUNDING_NS)),
    "one task more": Bound(_set_round(tasks=lambda timed, _: timed["tasks"] + 1)),
    "one task less": Bound(_set_round(tasks=lambda timed, _: timed["tasks"] - 1)),
    "one task more of a worker": Bound(_set_worker(tasks=1)),
    "one task less of a worker": Bound(_set_worker(tasks=-1)),
    "no worker": Bound(_set_round(workers=lambda *_: [])),
    "a worker twice": Bound(_set_round(workers=lambda timed, _: timed["workers"] * 2)),
    "a worker that is late": Bound(
        _set_worker(start_ns=ROUNDING_NS + 1), _set_worker(start_ns=ROUNDING_NS)
    ),
    "a worker that is long": Bound(
        _set_worker(end_ns=ROUNDING_NS + 1), _set_worker(end_ns=ROUNDING_NS)
    ),
    "a checksum": Bound(_set_round(checksum=lambda timed, _: timed["checksum"] + 1)),
    "the GIL": Bound(_set_round(gil_before=lambda timed, _: not timed["gil_before"])),
    "a pair": Bound(_set_round(pair=_longest)),
    "the pair before": Bound(_set_round(pair=lambda *_: -1)),
    "no warm-up": Bound(_set_round(warmup=lambda *_: True)),
    "a place": Bound(_set_round(position=lambda *_: 2), _set_round(position=lambda *_: 1)),
    "the next launch": Bound(_set_round(launch=lambda timed, _: timed["launch"] + 1)),
    "no time": Bound(_set_round(wall_ns=lambda *_: 0, compute_ns=lambda *_: 0)),
    "a ceiling above": Bound(_scaled_ceiling(1 + 1e-5), _scaled_ceiling(1 + 1e-8), of="control"),
    "a ceiling below": Bound(_scaled_ceiling(1 - 1e-5), _scaled_ceiling(1 - 1e-8), of="control"),
    "workers of a ceiling": Bound(_workers, of="control"),
    "deaths of a launch": Bound(_lost(2), _lost(1), of="launch"),
    "a launch twice": Bound(_copy_launch(None)),
    "one launch more": Bound(_copy_launch(LAUNCHES)),
    "one launch less": Bound(_leave_out_launch),
    "every launch twice": Bound(copy_all_launches),
    "an end too late": Bound(_end(1), _end(0)),
    "an end too early": Bound(_end(-1)),
    "no end": Bound(_without_end),
    "two ends": Bound(_after_end("end")),
    "a failure after the end": Bound(_after_end("failure")),
    "a round after the end": Bound(_after_end("round")),
    "no look": Bound(_planned(looks=[])),
    "a look at nothing": Bound(_planned(looks=[0, LAUNCHES]), _planned(looks=[1, LAUNCHES])),
    "the same look twice": Bound(_planned(looks=[LAUNCHES, LAUNCHES]), _planned(looks=[5, 6])),
    "a plan of less": Bound(_planned(looks=[3, LAUNCHES - 1]), _planned(looks=[3, LAUNCHES])),
    "no pairs": Bound(_planned(pairs=0)),
    "no cores": Bound(_host(usable_cores=0), _host(usable_cores=1)),
    "a core more than it may use": Bound(_host(usable_cores=3), _host(usable_cores=2)),
}


def ratios_past_bounds(kept: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Baselines of which one ratio or verdict is just past what can be, each with what is wrong."""
    for place, ratio in enumerate(kept["quantities"]):
        wrong: dict[str, dict[str, Any]] = {
            "no error": {"se": 0.0},
            "an error below none": {"se": -ratio["se"]},
            "no freedom": {"df": 0.0},
            "as free as launches": {"df": ratio["n"]},
            "one launch": {"n": 1},
            "one core more": {"cores": kept["usable_cores"] + 1},
            "no cores": {"cores": 0},
            "no tasks": {"tasks": 0},
            "no ceiling": {"ceiling": 0.0},
            "a ratio past all": {"center": 50.1},
            "an interpreter of the next release": {"target": f"{ratio['target']}1"},
        }
        for name, change in wrong.items():
            changed = copy.deepcopy(kept)
            changed["quantities"][place].update(change)
            yield f"{ratio['item']} {ratio['name']}: {name}", changed
        twice = copy.deepcopy(kept)
        twice["quantities"].append(dict(ratio))
        yield f"{ratio['item']} {ratio['name']}: twice", twice
    for place, ruling in enumerate(kept["rulings"]):
        twice = copy.deepcopy(kept)
        twice["rulings"].append(dict(ruling))
        yield f"{ruling['claim']}: twice", twice
        nobody = copy.deepcopy(kept)
        nobody["rulings"][place]["target"] += "1"
        yield f"{ruling['claim']}: of nobody", nobody
