"""Files, folders and names of code that pages mention exist, so that moving or renaming one is noticed."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
# Pages of measurements are dated: they keep the names of their day.
PAGES = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md")),
    *(path for path in sorted(ROOT.glob("docs/**/*.md")) if path.parent.name != "measurements"),
]
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]*/[\w./-]*")
FILE = re.compile(r"[\w-]+\.(?:py|toml|md|j2|js|json|jsonl|csv|html|txt|yml|yaml|sh|cfg)")
IDENTIFIER = re.compile(
    r"_?[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?:\(\))?|[A-Z][a-z]+[A-Z]\w*(?:\(\))?"
)
# What commands write, and names that the reader is to replace
WRITTEN = re.compile(r"(?:build|results|checks|calibrations|hosts|\.venv)/|figures/ratios\.png$")
PLACEHOLDER = re.compile("NAME|SUBJECT")
FOREIGN = {"PYTEST_XDIST_WORKER"}  # names of code that is not ours
CODE = (
    *("src/**/*.py", "src/**/*.j2", "src/**/*.js", "tools/**/*.py", "benchmarks/*.py"),
    *("tests/**/*.py", "docs/how-to/fleet/*", ".github/**/*.yml", "pyproject.toml", "*.yml"),
)
FOLDERS = ("src", "tests", "tools", "benchmarks", "docs", "results", ".github", ".ci")


@cache
def ends_of_paths() -> set[str]:
    """Every file and folder of the repository, by each of the ways in which its path may end."""
    paths = [path for path in ROOT.iterdir() if path.is_file()]
    for name in FOLDERS:
        paths += [ROOT / name, *(ROOT / name).rglob("*")]
    ends = set()
    for path in paths:
        parts = path.relative_to(ROOT).parts
        ends |= {"/".join(parts[first:]) for first in range(len(parts))}
    return ends


@cache
def words_of_code() -> set[str]:
    """Every word of the code, and every name with dots such as ``run.json``."""
    words: set[str] = set()
    for pattern in CODE:
        for path in ROOT.glob(pattern):
            if path != Path(__file__):
                text = path.read_text(encoding="utf-8")
                words.update(re.findall(r"\w+", text), re.findall(r"[\w-]+\.\w+", text))
    return words


def missing(text: str) -> list[str]:
    """Paths, files and identifiers in a page's code spans that nothing in the repository is called."""
    names = []
    for span in SPAN.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if PLACEHOLDER.search(span) or WRITTEN.match(span) or span in FOREIGN:
            continue
        if PATH.fullmatch(span) and not span.startswith("/"):
            known = span.rstrip("/") in ends_of_paths()
        elif FILE.fullmatch(span):
            known = span in ends_of_paths() or span in words_of_code()
        elif IDENTIFIER.fullmatch(span):
            known = span.removesuffix("()") in words_of_code()
        else:
            continue
        if not known:
            names.append(span)
    return names


def test_what_pages_name_exists():
    """A path may leave out where it begins, as `run/resume.py` does."""
    by_page = {page.name: missing(page.read_text(encoding="utf-8")) for page in PAGES}
    assert {page: names for page, names in by_page.items() if names} == {}


def test_what_does_not_exist_is_found():
    """Paths, files and identifiers, in a sentence and in a table; what a command writes is none of ours."""
    text = (
        "`run/scheduler.py`, `run/nowhere.py`, `nowhere.json` and `run.json`\n"
        "| a | `cli.py` | `old/place.py` | `results/latest` | `no_such_function()` | `find_claims` |\n"
        "```sh\nls `no/such/path`\n```\n"
    )
    assert missing(text) == ["run/nowhere.py", "nowhere.json", "old/place.py", "no_such_function()"]


def test_the_tree_names_every_package():
    """The tree at the beginning has each folder of the package."""
    tree = CONTRIBUTING.read_text(encoding="utf-8").split("```")[1]
    packages = [path.parent.name for path in (ROOT / "src" / "gilbench").glob("*/__init__.py")]
    assert [name for name in packages if f"{name}/" not in tree] == []
