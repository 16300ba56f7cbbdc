"""Packages with entry points for gilbench: the one of the how-to page, and broken ones."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "plugins.md"
BLOCK = re.compile(r"^```(?:toml|python)\n# (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Packages:
    """A folder with installed packages, as ``pip install --target`` leaves them.

    Args:
        folder: The folder, which a process has on its PYTHONPATH.
    """

    def __init__(self, folder):
        self.folder = folder

    def install(self, name, entry_points, files, version="1.0"):
        """Put a package there: its files, and a dist-info with its entry points by group."""
        for path, text in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        info = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        lines = []
        for group, points in entry_points.items():
            lines += [f"[{group}]", *(f"{point} = {place}" for point, place in points.items())]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def gilbench(self, *arguments):
        """Run gilbench with these packages installed, in a folder next to them."""
        work = self.folder.parent / "work"
        work.mkdir(exist_ok=True)
        return subprocess.run(
            [sys.executable, "-m", "gilbench", *arguments],
            cwd=work,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=800,
            check=False,
        )


@pytest.fixture
def packages(tmp_path):
    """No package yet."""
    folder = tmp_path / "site"
    folder.mkdir()
    return Packages(folder)


@pytest.fixture
def example(packages):
    """The package of the how-to page, made from the page."""
    files = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    project = tomllib.loads(files.pop("pyproject.toml"))["project"]
    modules = {path.removeprefix("src/"): text for path, text in files.items()}
    modules["gilbench_adler/__init__.py"] = ""
    packages.install(project["name"], project["entry-points"], modules, project["version"])
    return packages
