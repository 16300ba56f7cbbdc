"""Writes ``selfbench.json``, and from it the page in Markdown and in HTML."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import jinja2
import markupsafe
import msgspec
from tools.selfbench.journal import Journal
from tools.selfbench.model import NEVER_S, Figure, PeerFigure, Result, Row, Session

NAME = "selfbench"
# The site makes selfbench.html of the Markdown; the page in one file stands next to it
STEMS = {"json": NAME, "md": NAME, "html": f"{NAME}-page"}
TEMPLATES = Path(__file__).with_name("templates")
COMMAND = "python -m tools.selfbench --rows {}"
NOT_MEASURED = "not measured yet"


class RowReport(msgspec.Struct, frozen=True, kw_only=True):
    """A row with what its trials say, and where and when they were measured."""

    name: str
    title: str
    method: str
    command: str
    trials: int
    sessions: tuple[str, ...]
    results: tuple[Result, ...]
    failure: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All of the page: ``selfbench.json``."""

    schema: int = 1
    made_utc: str
    sessions: tuple[Session, ...]
    rows: tuple[RowReport, ...]


NEVER = "never"


def _number(value: float, digits: int = 3) -> str:
    """A number with so many digits that matter."""
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}"
    return f"{value:.0f}" if "e+" in text else text.replace("-", "−")


def _or_never(value: float) -> str:
    """Seconds until a decision; of what half of the trials did not decide, that."""
    return NEVER if value >= NEVER_S else _number(value)


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _short_percent(value: float) -> str:
    return _percent(value).removesuffix(".0")


def _signed_percent(value: float) -> str:
    return f"{100 * value:+.2f}".replace("-", "−")


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


# How the numbers of a figure are written, and what follows them, by the name of its unit
UNITS: dict[str, tuple[Callable[[float], str], str]] = {
    "change": (_signed_percent, " %"),
    "share": (_short_percent, " %"),
    "coverage": (_percent, " %"),
    "power": (_number, ""),
    "s": (_number, " s"),
    "s or never": (_or_never, " s"),
    "ms": (_number, " ms"),
    "signed ms": (_signed, " ms"),
    "ns": (_number, " ns"),
    "µs": (_number, " µs"),
    "MiB": (_number, " MiB"),
}


def estimate(figure: Figure) -> str:
    """A figure without its interval."""
    write, unit = UNITS[figure.unit]
    number = write(figure.center)
    return number if number == NEVER else number + unit


def written(figure: Figure | None) -> str:
    """A figure with its interval, a share with its counts; that it was not measured, without one."""
    if figure is None:
        return NOT_MEASURED
    write, _ = UNITS[figure.unit]
    text = f"{estimate(figure)} [{write(figure.lo)}, {write(figure.hi)}]"
    if figure.unit == "share":
        return f"{round(figure.center * figure.n)} of {figure.n}: {text}"
    return text


def written_n(figure: Figure | None) -> str:
    """How many trials are behind a figure."""
    return "–" if figure is None else f"{figure.n:,}".replace(",", "\u202f")


def verdict(result: Result) -> str:
    """How a result stands to its goal."""
    if not result.goal:
        return "–"
    return NOT_MEASURED if result.standing is None else result.standing.value


def make_report(rows: Sequence[Row], journal: Journal) -> Report:
    """What the journal says of the rows."""
    sessions = journal.sessions()
    absent = _absent_peers(sessions)
    last = sessions[-1].id if sessions else ""
    row_reports = [_row_report(row, journal, absent, last) for row in rows]
    used = {name for report in row_reports for name in report.sessions}
    return Report(
        made_utc=time.strftime("%Y-%m-%d %H:%M", time.gmtime()),
        sessions=tuple(session for session in sessions if session.id in used),
        rows=tuple(row_reports),
    )


def _absent_peers(sessions: Sequence[Session]) -> dict[str, str]:
    """Why a peer was not there, by its name."""
    absent = {}
    for session in sessions:
        for name, version in session.versions.items():
            if version.startswith("absent"):
                absent[name] = version
    return absent


def _row_report(row: Row, journal: Journal, absent: dict[str, str], last: str) -> RowReport:
    """What the journal says of a row; of failures, those of the last session."""
    trials = journal.trials(row.name)
    failures: Counter[str] = Counter()
    for failure in journal.failures(row.name):
        if failure.session == last:
            tool = f"{failure.tool}: " if failure.tool else ""
            failures[f"{tool}{failure.reason}"] += 1
    try:
        results = row.results(trials)
    except Exception as error:  # the page of the other rows is written
        results = []
        failures[f"its trials could not be used ({type(error).__name__}: {error})"] += 1
    return RowReport(
        name=row.name,
        title=row.title,
        method=row.method,
        command=COMMAND.format(row.name),
        trials=len(trials),
        sessions=tuple(sorted({trial.session for trial in trials if trial.session})),
        results=tuple(_with_reasons(result, absent) for result in results),
        failure="; ".join(_times(*failure) for failure in failures.items()),
    )


def _times(reason: str, number: int) -> str:
    return reason if number == 1 else f"{reason} ({number} times)"


def _with_reasons(result: Result, absent: dict[str, str]) -> Result:
    """The result with the reason of each peer that has no figure."""
    peers = []
    for peer in result.peers:
        reason = peer.reason or absent.get(peer.name.split(",")[0], NOT_MEASURED)
        peers.append(peer if peer.figure else PeerFigure(peer.name, None, reason))
    return msgspec.structs.replace(result, peers=tuple(peers))


def environment() -> jinja2.Environment:
    """The templates' environment."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(("html.j2",)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.update(written=written, written_n=written_n, verdict=verdict)
    made.filters["cell"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
    made.filters["code"] = _with_code
    return made


def _with_code(text: str) -> markupsafe.Markup:
    """Text whose `words` in backticks are code."""
    escaped = str(markupsafe.escape(text))
    return markupsafe.Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped))  # noqa: S704 - escaped above


def render(report: Report) -> dict[str, str]:
    """The page by the ending of its file."""
    templates = environment()
    counts = Counter(
        verdict(result) for row in report.rows for result in row.results if result.goal
    )
    return {
        ending: templates.get_template(f"{NAME}.{ending}.j2").render(report=report, counts=counts)
        for ending in ("md", "html")
    }


def write(rows: Sequence[Row], journal: Journal, folder: Path) -> list[Path]:
    """Write the page's three files, each at once, and return their paths."""
    report = make_report(rows, journal)
    encoded = msgspec.json.format(msgspec.json.encode(report), indent=1).decode()
    contents = {"json": encoded + "\n", **render(report)}
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for ending, content in contents.items():
        path = folder / f"{STEMS[ending]}.{ending}"
        partial = path.with_suffix(f".{ending}.partial")
        partial.write_text(content, encoding="utf-8")
        os.replace(partial, path)  # noqa: PTH105 - os.replace says what happens
        paths.append(path)
    return paths
