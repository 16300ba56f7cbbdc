"""How large a report is, how long it takes and how much memory: of a run's folder, or of a synthetic journal of so many
rounds that this writes first. Prints one line per run, each timed in a fresh process.

    python tools/report_scale.py results/latest
    python tools/report_scale.py --rounds 1000000
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.synthetic import World, make_run  # noqa: E402 - the tests are no installed package

from gilbench.model import CoresSample, HostUse, Round, WorkerLog  # noqa: E402
from gilbench.results import folder as layout  # noqa: E402
from gilbench.results.journal import Journal  # noqa: E402

SAMPLE_S = 0.05  # of the cores, as a run takes them
REPORT = "import sys, gilbench.cli; sys.exit(gilbench.cli.main(['report', sys.argv[1]]))"


def write_journal(folder: Path, rounds: int, seed: int) -> None:
    """A run in which every claim is measured, with so many rounds: those of the world are repeated, launch after
    launch, until there are enough. Each has the workers that a real one has."""
    folder.mkdir(parents=True)
    world = World(launches=20, seed=seed)
    records = world.records()
    measured = [one for one in records if isinstance(one, Round)]
    cases = {one.item.id: getattr(one.item, "case", None) for one in world.plan()}
    encoder, began_s, written = msgspec.json.Encoder(), 0.0, 0
    with Journal(folder) as journal:
        journal.write_run(make_run(world.plan(), targets=world.targets, host=world.host))
        for record in records:
            if not isinstance(record, Round):
                journal.add(record)
    with (folder / layout.ROUNDS).open("ab") as file:
        while written < rounds:
            for one in measured[: rounds - written]:
                case = cases[one.item]
                workers = case.workers if case and one.role == "case" else 1
                log = WorkerLog(
                    4242,
                    4243,
                    one.tasks // workers,
                    21_000,
                    one.wall_ns - 9_000,
                    one.cpu_self_ns // workers,
                )
                file.write(
                    encoder.encode(
                        msgspec.structs.replace(
                            one,
                            launch=one.launch + 20 * (written // len(measured)),
                            began_s=round(began_s, 6),
                            workers=(log,) * workers,
                            host=HostUse(tuple(round(busy, 4) for busy in one.host.busy_s), 0.0),
                        )
                    )
                    + b"\n"
                )
                began_s += one.wall_ns / 1e9
                written += 1
    with (folder / layout.CORES).open("ab") as file:
        for tick in range(int(min(began_s, 36_000) / SAMPLE_S)):
            file.write(encoder.encode(CoresSample(round(tick * SAMPLE_S, 3), (0.93, 0.12))) + b"\n")


def measure(folder: Path, repeats: int) -> str:
    """The report's size, and the least time and the most memory of some fresh processes that made it."""
    took_s = []
    for _ in range(repeats):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", REPORT, str(folder)], check=True, stdout=subprocess.DEVNULL
        )
        took_s.append(time.perf_counter() - began)
    peak_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )
    journal_bytes = (folder / layout.ROUNDS).stat().st_size
    page_bytes = (folder / layout.REPORT).stat().st_size
    return (
        f"{folder.name}: journal {journal_bytes / 1e6:.1f} MB, page {page_bytes / 1e6:.2f} MB, made in "
        f"{min(took_s):.2f} s (worst of {repeats}: {max(took_s):.2f} s), "
        f"at most {peak_bytes / 2**20:.0f} MiB in a process"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else "")
    parser.add_argument(
        "run", nargs="?", type=Path, help="a run's folder, whose report is made again"
    )
    parser.add_argument("--rounds", type=int, help="write a synthetic journal of so many rounds")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, help="where the synthetic run is kept; a temporary folder otherwise"
    )
    arguments = parser.parse_args()
    if arguments.run is not None:
        print(measure(layout.resolve(arguments.run), arguments.repeats))
    if arguments.rounds:
        with tempfile.TemporaryDirectory() as temporary:
            folder = (arguments.keep or Path(temporary)) / f"{arguments.rounds}-rounds"
            if not (folder / layout.RUN).is_file():
                write_journal(folder, arguments.rounds, arguments.seed)
            print(measure(folder, arguments.repeats))
    return 0


if __name__ == "__main__":
    sys.exit(main())
