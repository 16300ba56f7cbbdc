"""The real parser reads every command that the documentation shows."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from gilbench.cli import parser

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted(
    [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "results/README.md")]
    + list((ROOT / "docs").rglob("*.md"))
)
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]*\bgilbench [a-z][^`\n]*)`")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
PLACES = re.compile(r"\$\{\{.*?\}\}|\$\w+|…|\.\.\.")  # what a shell or a reader fills in


def shown(text: str) -> list[str]:
    """Every command line of a page that calls gilbench, in its code blocks and in its text."""
    blocks = FENCE.findall(text)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    lines += INLINE.findall(FENCE.sub("", text))
    return [line.strip() for line in lines if re.search(r"(^|[\s/|;&])gilbench\s+[-a-z]", line)]


def arguments(line: str) -> list[str]:
    """What gilbench is given in a line, without what the shell keeps for itself."""
    command = re.split(r"(?:^|[\s/])gilbench\s+", PLACES.sub("X", line), maxsplit=1)[1]
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if re.fullmatch(r"[|&;<>()]+", word):
            break
        words.append(word)
    return words


COMMANDS = [(page, line) for page in PAGES for line in shown(page.read_text(encoding="utf-8"))]


def test_the_parser_reads_what_is_shown(capsys, subtests):
    """No command of the documentation is unknown to the command line; of a synopsis, its verb and its options."""
    for page, line in COMMANDS:
        with subtests.test(page=page.name, line=line):
            words = arguments(line)
            if len(words) == 1 or "[" in line:
                known = options(words[0])
                assert all(
                    word.strip("[]") in known for word in words if word.lstrip("[").startswith("--")
                )
                continue
            try:
                parser().parse_args(words)
            except SystemExit as ended:
                assert ended.code == 0, capsys.readouterr().err


def options(verb: str) -> set[str]:
    """The options of a verb, or of gilbench itself; KeyError for an unknown verb."""
    top = parser()
    if verb.startswith("-"):
        return set(top._option_string_actions)
    (verbs,) = (
        action.choices for action in top._actions if isinstance(action, argparse._SubParsersAction)
    )
    return set(verbs[verb]._option_string_actions)


def test_commands_are_found_at_all():
    """The way the test above looks for them finds those of every kind, and sees a wrong one."""
    assert {"README.md", "own-function.md"} <= {page.name for page, _ in COMMANDS}
    assert shown("```sh\nX=1 gilbench run --quick  # no\n```\nand `gilbench list claims`") == [
        "X=1 gilbench run --quick  # no",
        "gilbench list claims",
    ]
    assert arguments("gilbench run --out a && gilbench report") == ["run", "--out", "a"]
    with pytest.raises(SystemExit):
        parser().parse_args(arguments("gilbench run --nonsense"))


def test_targets_of_make_exist():
    """Every ``make X`` that is shown is a target of the Makefile."""
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        code = [*FENCE.findall(text), *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))]
        for name in (name for block in code for name in MAKE.findall(re.sub(r"#.*", "", block))):
            assert name in known, f"{page.name} shows make {name}"
