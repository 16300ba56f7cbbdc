"""What a deliberate break of the target is, and how it is made in a copy of the target package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gilbench.model import Outcome


@dataclass(frozen=True)
class Break:
    """``old`` in ``file`` becomes ``new``, and the claim's verdict ``verdict``; ``why`` is the world it makes.

    ``in_vain`` says that the probe then waits for what never comes, so that its patience is made short as well.
    """

    claim: str
    verdict: Outcome
    why: str
    file: str
    old: str
    new: str
    in_vain: bool = False

    def apply(self, target: Path) -> None:
        """Break a copy of the target package; AssertionError if the text is not there, once, any more."""
        replace(target / self.file, self.old, self.new)
        if self.in_vain:
            replace(target / "probes/_children.py", "PATIENCE_S = 5.0", "PATIENCE_S = 0.25")


def replace(path: Path, old: str, new: str) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count(old) == 1, (
        f"{path.name} no longer holds, or not once, what a break replaces: {old!r}"
    )
    path.write_text(source.replace(old, new), encoding="utf-8")
