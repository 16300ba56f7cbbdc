"""The Python examples of two how-to pages run as they stand, with less time to measure in."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests import journals
from tests.patience import with_more_time

from gilbench.results.folder import point_latest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PACKAGE = "import hashlib\n\ndef parse(data):\n    return hashlib.sha256(data).hexdigest()\n"


def blocks_of(page: str) -> list[str]:
    """The Python code of a page of the how-to guides."""
    return BLOCK.findall((ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8"))


def test_the_examples_of_the_python_page_run(tmp_path, monkeypatch):
    """In order, in one session, as in a notebook."""
    (tmp_path / "mypkg.py").write_text(PACKAGE)
    point_latest(journals.unpack("quiet-1", tmp_path / "results"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mypkg", raising=False)

    def run_within(budget_s: float) -> dict[str, object]:
        session: dict[str, object] = {"data": bytes(1 << 18)}
        within = f"budget_s={budget_s}"
        for block in blocks_of("python.md"):
            shorter = block.replace("budget_s=10", within).replace("[2, 4])", f"[2], {within})")
            exec(shorter, session)  # noqa: S102 - the documentation's own code
        return session

    session = with_more_time(run_within, (3.0, 20.0, 60.0))
    assert session["advice"].answers[0].outcome in ("use", "serial", "undecided")
    assert set(session["measured"].ways["strategy"]) == {"thread", "process-pool"}
    assert len(session["run"].cases)


def test_the_examples_of_the_fixture_run(tmp_path):
    """A busy host leaves some undecided, which skips them; none fails."""
    (tmp_path / "mypkg.py").write_text(PACKAGE)
    (tmp_path / "large.json").write_bytes(bytes(1 << 20))
    (example,) = [block for block in blocks_of("test-your-extension.md") if "(gil)" in block]
    (tmp_path / "test_parser.py").write_text(example)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o"]
    done = subprocess.run(
        [*command, "gilbench_seconds=1", "test_parser.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tests = example.count("def test_")
    passed_or_skipped = re.findall(r"(\d+) (?:passed|skipped)", done.stdout)
    assert sum(map(int, passed_or_skipped)) == tests == 3
