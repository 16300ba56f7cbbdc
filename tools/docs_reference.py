"""A hook of mkdocs: generates the reference pages from the code at every build, so that they cannot become outdated.

It reads the command line's parser, the ledger and the registries; its output is not kept in the repository.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from gilbench.claims.one_sided_tests import Always
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.margins import ALPHA
from gilbench.claims.registry import all_claims
from gilbench.claims.rules import AllOf, AnyOf, Rule
from gilbench.cli import parser
from gilbench.measure.host import inspect
from gilbench.model import OF_TRIALS, Host, Target, TargetDescription
from gilbench.summary.columns import COLUMNS
from gilbench.target.description import describe

ROOT = Path(__file__).resolve().parent.parent
CORES = 4  # of the assumed host: with one core, claims about several would not apply
ACTIVE = re.compile(r"([\\`*_\[\]<>|])")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    pages = {
        "reference/cli.md": command_line(),
        "reference/claims.md": claims(),
        "reference/workloads.md": workloads(),
        "reference/strategies.md": strategies(),
        "reference/probes.md": probes(),
        "reference/run-folder.md": (ROOT / "results" / "README.md").read_text(encoding="utf-8"),
        "reference/summary-csv.md": summary_csv(),
        "reference/decisions.md": decisions(),
    }
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def escaped(text: str) -> str:
    """Text on one line, with everything escaped that Markdown would interpret."""
    return ACTIVE.sub(r"\\\1", " ".join(text.split()))


def command_line() -> str:
    """Every verb with its own help, as the terminal shows it."""
    parts = ["# Command line", "What `gilbench --help` and `gilbench VERB --help` print."]
    top = parser()
    parts.append(_help(top))
    for name, verb in _verbs(top):
        parts += [f"## {name}", _help(verb)]
    codes = (
        "0 fine · 1 the thing asked about does not hold · 2 unusable input, with one line that says how to fix it · "
        "3 undecided · 130 interrupted, with everything measured so far kept"
    )
    return "\n\n".join([*parts, "## Exit codes", codes]) + "\n"


def _verbs(top: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _help(command: argparse.ArgumentParser) -> str:
    command.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=100)
    return f"```text\n{command.format_help().rstrip()}\n```"


def claims() -> str:
    """Every claim: statement, explanation, source, expected outcomes, and what decides it."""
    parts = [
        "# Claims",
        "The ledger: your host proves or refutes each claim, or leaves it INCONCLUSIVE with what would decide it.  "
        "`gilbench explain A16` shows one of these entries, `gilbench run --claim A16` measures it alone. Verdicts are "
        f"corrected so that a wrong one anywhere in the ledger has a probability of at most {ALPHA:.0%}.",
    ]
    host, settings = inspect(), _settings()
    for claim in all_claims():
        parts += [
            f"## {claim.id}: {escaped(claim.statement)} {{ #{claim.id} }}",
            escaped(claim.explanation),
        ]
        parts.append(f"**Why it may surprise**: {escaped(claim.surprise)}")
        parts.append("\n".join(_facts(claim, host, settings)))
    return "\n\n".join(parts) + "\n"


def _settings() -> dict[str, tuple[Target, tuple[Target, ...]]]:
    """A target with the GIL, and one without it."""
    here = msgspec.convert(describe(), TargetDescription)
    strategies = tuple(
        msgspec.structs.replace(strategy, missing=None) for strategy in here.strategies
    )
    described = partial(msgspec.structs.replace, here, strategies=strategies)
    plain = described(gil_enabled=True, free_threaded_build=False)
    free_threaded = described(gil_enabled=False, free_threaded_build=True)
    with_gil = Target(here.version, "python", plain, {})
    without_gil = Target(f"{here.version}t", "python", free_threaded, {})
    return {"with the GIL": (with_gil, ()), "free-threaded": (without_gil, (with_gil,))}


def _facts(
    claim: Claim, host: Host, settings: dict[str, tuple[Target, tuple[Target, ...]]]
) -> Iterator[str]:
    """Lines of a list: what is expected, what is measured and what decides; once where it is the same."""
    host = msgspec.structs.replace(
        host, usable_cores=max(CORES, host.usable_cores), affinity=tuple(range(CORES))
    )
    expected, rules = [], {}
    for name, (target, others) in settings.items():
        setting = Setting(target, host, others)
        question = claim.question(setting)
        if isinstance(question, Question):
            outcome = claim.expected(setting)
            expected.append(f"{outcome.value if outcome else 'no outcome is expected'} {name}")
            rules[name] = _deciding(question)
        else:
            expected.append(f"does not apply {name} ({escaped(question.reason)})")
    yield f"- **expected**: {'; '.join(expected)}"
    for lines in dict.fromkeys(rules.values()):
        alike = [name for name, those in rules.items() if those == lines]
        only = "" if len(alike) == len(rules) else f" {' and '.join(alike)}"
        yield from (f"- **{label}{only}**: {text}" for label, text in lines)
    yield f"- **source**: {escaped(claim.source)}"


def _deciding(question: Question) -> tuple[tuple[str, str], ...]:
    return (
        ("measured", ", ".join(f"`{item.label}`" for item in question.items)),
        ("PROVED where certainly", _in_words(question.proved)),
        ("REFUTED where certainly", _in_words(question.refuted)),
    )


def _in_words(rule: Rule) -> str:
    if isinstance(rule, AllOf):
        return ", and ".join(map(_in_words, rule.rules))
    if isinstance(rule, AnyOf):
        return "either " + ", or ".join(map(_in_words, rule.rules))
    (test,) = rule.tests()
    if isinstance(test, Always):
        return f"{escaped(test.quantity.name)}: all of them"
    side = "above" if test.above else "below"
    unit = test.quantity.unit if test.quantity.unit != OF_TRIALS else " of them"
    return f"{escaped(test.quantity.name)} {side} {test.bound:.3g}{unit}"


def workloads() -> str:
    """Every registered workload."""
    rows = [
        [
            f"`{entry['name']}`",
            {"cpu": "CPU-bound", "io": "I/O-bound"}[entry["kind"]],
            escaped(entry["summary"]),
            f"calibrated, in {entry['size_unit']}"
            if entry["size_step"]
            else _given(entry["defaults"]),
            "yes" if entry["survey"] else "where a claim needs it, or on request",
        ]
        for entry in describe()["workloads"]
    ]
    head = ["Workload", "Kind", "One task", "Amount", "Measured in every run"]
    own = "You can add your own function: [how](../how-to/own-function.md)."
    return f"# Workloads\n\n{_table(head, rows)}\n\n{own}\n"


def _given(params: dict[str, Any]) -> str:
    return escaped(", ".join(f"{name} {value}" for name, value in params.items())) or "as it is"


def strategies() -> str:
    """Every registered strategy."""
    rows = [
        [
            f"`{entry['name']}`",
            escaped(entry["summary"]),
            entry["workers_in"],
            f"`{entry['equivalent_to']}`" if entry["equivalent_to"] else "",
            escaped(entry["missing"] or ""),
        ]
        for entry in describe()["strategies"]
    ]
    head = [
        "Strategy",
        "What it does",
        "Workers are",
        "Twin of",
        "Why not in the Python that built this page",
    ]
    return f"# Strategies\n\n{_table(head, rows)}\n"


def probes() -> str:
    """Every registered probe and channel."""
    described = describe()
    parts = [
        "# Probes and channels",
        "Probes try something other than a workload under a strategy; channels carry messages between workers.",
    ]
    for kind in ("probes", "channels"):
        rows = [[f"`{entry['name']}`", escaped(entry["summary"])] for entry in described[kind]]
        parts += [f"## {kind.title()}", _table(["Name", "What it does"], rows)]
    return "\n\n".join(parts) + "\n"


def summary_csv() -> str:
    """Every column of ``summary.csv``."""
    rows = []
    for column in COLUMNS:
        names = ", ".join(f"`{name}`" for name in column.csv_names)
        rows.append([names, column.unit.strip(), escaped(column.legend), column.heading])
    head = ["Column", "Unit", "What it says", "On the page"]
    start = "One row per case. Unknown values are empty; a value with a confidence interval has three columns."
    return f"# The columns of summary.csv\n\n{start}\n\n{_table(head, rows)}\n"


def decisions() -> str:
    """The recorded decisions, by their titles."""
    parts = ["# Decisions", "Choices of how to measure, each with the measurement behind it.", ""]
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        title = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        parts.append(f"- [{title}](../decisions/{path.name})")
    return "\n\n".join(parts[:2]) + "\n\n" + "\n".join(parts[3:]) + "\n"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
