"""Margins from ``pyproject.toml``: what is not understood is refused, for a misspelt margin would gate nothing."""

import pytest

from gilbench.check.margins import Margins, read
from gilbench.model import InputError


def test_without_a_project_the_defaults_hold(tmp_path):
    """5 % of time, 25 % of a portable ratio."""
    assert read(tmp_path / "pyproject.toml") == Margins(0.05, 0.25, {})
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert read(tmp_path / "pyproject.toml") == Margins()


def test_a_workload_may_have_its_own(tmp_path):
    """The rest keeps the general one."""
    path = tmp_path / "pyproject.toml"
    path.write_text(
        "[tool.gilbench.gate]\nmargin = 0.03\nportable-margin = 0.5\nmargins = { http = 0.1 }\n"
    )
    found = read(path)
    assert (found.of("fnv1a"), found.of("http"), found.portable) == (0.03, 0.1, 0.5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.gilbench.gate]\nmargn = 0.05\n", "choose from: margin, portable-margin, margins"),
        ("[tool.gilbench.gate]\nmargin = 5\n", "0.05 for 5 %"),
        ("[tool.gilbench.gate]\nmargin = true\n", "0.05 for 5 %"),
        ("[tool.gilbench.gate]\nmargin = nan\n", "0.05 for 5 %"),
        ("[tool.gilbench.gate]\nmargins = 0.1\n", "{ fnv1a = 0.05 }"),
        ("[tool.gilbench.gate]\nmargins = { fnv1a = '5%' }\n", "margins.fnv1a"),
        ("[tool.gilbench]\ngate = 3\n", "[tool.gilbench.gate]"),
        ("[tool.gilbench.gate\n", "fix it"),
    ],
)
def test_what_cannot_be_understood_is_refused(tmp_path, text, words):
    """In one line that names the remedy."""
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read(path)
    assert words in str(caught.value) and "\n" not in str(caught.value).partition("(")[0]


def test_a_margin_of_no_workload_is_refused():
    """It is a misspelling, and would leave the one that was meant with the general margin."""
    with pytest.raises(InputError, match="choose from: fnv1a, sleep"):
        Margins(of_workload={"fnv1b": 0.1}).check_names(["sleep", "fnv1a"])
