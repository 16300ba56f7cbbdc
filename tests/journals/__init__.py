"""Unpacks the recorded runs of this folder for tests that replay them."""

import gzip
from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.parent.name for path in FOLDER.glob("*/run.json.gz")))


def unpack(name: str, into: Path) -> Path:
    """Write a recorded run as a run folder below ``into`` and return that folder."""
    folder = into / name
    folder.mkdir(parents=True)
    for file in ("run.json", "rounds.jsonl"):
        packed = FOLDER / name / f"{file}.gz"
        (folder / file).write_bytes(gzip.decompress(packed.read_bytes()))
    (folder / "cores.jsonl").touch()  # the per-core timelines were not kept
    return folder
