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

from gilbench.claims.claim import Claim, NotApplicable, Setting
from gilbench.claims.margins import ALPHA
from gilbench.claims.registry import all_claims
from gilbench.cli import parser
from gilbench.measure.host import inspect
from gilbench.model import Target, TargetDescription
from gilbench.summary.columns import COLUMNS
from gilbench.target.description import describe

ROOT = Path(__file__).resolve().parent.parent
CORES = 4  # of the assumed host: with one core, claims about several would not apply
WORKERS = {
    "caller": "none: the caller does all tasks",
    "threads": "threads",
    "processes": "processes",
    "interpreters": "interpreters, each in a thread",
}
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
    vars(command)["color"] = False  # of argparse from Python 3.14 on, where FORCE_COLOR is set
    command.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=100)
    return f"```text\n{command.format_help().rstrip()}\n```"


def claims() -> str:
    """Every claim, with what ``gilbench explain`` says of it and the outcomes that are expected."""
    parts = [
        "# Claims",
        "The ledger: your host proves or refutes each claim, or leaves it INCONCLUSIVE with what would decide it. "
        "`gilbench explain A16` prints one of these entries, `gilbench run --claim A16` measures it alone. Verdicts are "
        f"corrected so that a wrong one anywhere in the ledger has a probability of at most {ALPHA:.0%}.",
    ]
    settings = _settings()
    for claim in all_claims():
        parts += [
            f"## {claim.id}: {escaped(claim.statement)} {{ #{claim.id} }}",
            escaped(claim.explanation),
            "\n".join(_facts(claim, settings)),
        ]
    return "\n\n".join(parts) + "\n"


def _facts(claim: Claim, settings: dict[str, Setting]) -> Iterator[str]:
    """Lines of a list: what is measured and what decides, what is expected, and what follows."""
    expected = "; ".join(
        f"{_expected(claim, setting)} {name}" for name, setting in settings.items()
    )
    facts = {
        "What is measured": claim.measured,
        "Rule": claim.rule,
        "Expected": expected,
        "What it means for your program": claim.meaning,
        "Why it may surprise": claim.surprise,
        "Source": claim.source,
    }
    for label, text in facts.items():
        yield f"- **{label}**: {escaped(text)}"


def _expected(claim: Claim, setting: Setting) -> str:
    """The outcome that is expected in a setting, in words."""
    question = claim.question(setting)
    if isinstance(question, NotApplicable):
        return f"does not apply ({question.reason})"
    outcome = claim.expected(setting)
    return "no outcome is expected" if outcome is None else outcome.value


def _settings() -> dict[str, Setting]:
    """A target with the GIL and one without it, on a host of several cores."""
    here = msgspec.convert(describe(), TargetDescription)
    strategies = tuple(
        msgspec.structs.replace(strategy, missing=None) for strategy in here.strategies
    )
    described = partial(msgspec.structs.replace, here, strategies=strategies)
    with_gil = Target(
        here.version, "python", described(gil_enabled=True, free_threaded_build=False), {}
    )
    without_gil = Target(
        f"{here.version}t", "python", described(gil_enabled=False, free_threaded_build=True), {}
    )
    host = msgspec.structs.replace(
        inspect(busy_sample_s=0), usable_cores=CORES, affinity=tuple(range(CORES))
    )
    return {
        "with the GIL": Setting(with_gil, host),
        "free-threaded": Setting(without_gil, host, (with_gil,)),
    }


def workloads() -> str:
    """Every registered workload."""
    rows = []
    for entry in describe()["workloads"]:
        kind = {"cpu": "CPU-bound", "io": "I/O-bound"}[entry["kind"]]
        amount = _given(entry["defaults"])
        if entry["size_step"]:
            amount = f"calibrated, in {entry['size_unit']}"
        surveyed = "yes" if entry["survey"] else "where a claim needs it, or on request"
        rows.append([f"`{entry['name']}`", kind, escaped(entry["summary"]), amount, surveyed])
    head = ["Workload", "Kind", "One task", "Amount", "In every run but a glance"]
    own = "You can add your own function: [how](../how-to/own-function.md)."
    return f"# Workloads\n\n{_table(head, rows)}\n\n{own}\n"


def _given(params: dict[str, Any]) -> str:
    return escaped(", ".join(f"{name} {value}" for name, value in params.items())) or "as it is"


def strategies() -> str:
    """Every registered strategy."""
    rows = []
    for entry in describe()["strategies"]:
        twin = f"`{entry['equivalent_to']}`" if entry["equivalent_to"] else ""
        workers, missing = WORKERS[entry["workers_in"]], escaped(entry["missing"] or "")
        rows.append([f"`{entry['name']}`", escaped(entry["summary"]), workers, twin, missing])
    head = [
        "Strategy",
        "What it does",
        "Its workers",
        "Expected to cost what this one does",
        "Why it cannot run in the Python that built this page",
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
    links = []
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        title = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        links.append(f"- [{title}](../decisions/{path.name})")
    start = "Choices of how to measure, each with the measurement behind it."
    return "\n\n".join(["# Decisions", start, "\n".join(links)]) + "\n"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
