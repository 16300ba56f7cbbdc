"""The files and folders that CONTRIBUTING.md names exist, so that moving one is noticed."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "CONTRIBUTING.md"
NAMED = re.compile(r"`([\w./-]*/[\w./-]*)`")


def missing(text: str) -> list[str]:
    """Paths in a page's code spans that are neither in the repository nor in the package."""
    places = (ROOT, ROOT / "src" / "gilbench")
    names = [name for name in NAMED.findall(text) if not re.search("NAME|SUBJECT|^build/", name)]
    return [name for name in names if not any((place / name).exists() for place in places)]


def test_named_paths_exist():
    """Every path in a code span is one of the repository or, shorter, of the package."""
    assert missing(PAGE.read_text(encoding="utf-8")) == []


def test_a_path_that_does_not_exist_is_found():
    """The way the test above looks for them sees a wrong one, in a sentence and in a table."""
    text = "`run/scheduler.py`, `run/nowhere.py`\n| a | `cli.py` | `old/place.py` |\n"
    assert missing(text) == ["run/nowhere.py", "old/place.py"]


def test_the_tree_names_every_package():
    """The tree at the beginning has each folder of the package."""
    tree = PAGE.read_text(encoding="utf-8").split("```")[1]
    packages = [path.parent.name for path in (ROOT / "src" / "gilbench").glob("*/__init__.py")]
    assert [name for name in packages if f"{name}/" not in tree] == []
