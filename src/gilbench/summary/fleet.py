"""What is said of a fleet, as data: verdicts by host, and which hosts certainly differ in what.

Within a host the spread is that of its launches. Hosts are told apart by Welch's interval of each
host's speedup over the mean of the others', widened so that all intervals of a page are right
together; how far hosts lie apart beyond that spread is estimated by DerSimonian and Laird (1986).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import Location, locate, mean
from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.model import Label, Target, Verdict
from gilbench.model.fleets import FleetHost
from gilbench.results.tables import Tables
from gilbench.summary import cases, headline
from gilbench.summary.cases import CaseRow, Measured

DIGITS, LONGEST_NUMBER = re.compile(r"\d+"), 12
MOST_SHARE = 10.0  # by which a host differs; more says only that there were too few launches


@dataclass(frozen=True)
class HostCase:
    """The speedup of one case on one host.

    Attributes:
        shown: The estimate with its interval over launches.
        location: The same on the scale of logarithms; None of a single launch.
        analyses: At how many analyses its measuring might have stopped.
    """

    shown: Measured
    location: Location | None
    analyses: int


@dataclass(frozen=True)
class HostColumn:
    """One target of one host.

    Attributes:
        host: The host, as ``fleet.json`` has it.
        target: The target's id.
        place: Which of the host's targets it is.
        interpreter: The target's implementation and version.
        facts: What is known of the host, each with its name; the same names for every column.
        verdicts: Claim → the verdict.
        cases: Case → its speedup.
        rows: The rows of the cases, for figures; empty for hosts that figures leave out.
    """

    host: FleetHost
    target: str
    place: int
    interpreter: str
    facts: tuple[tuple[str, str], ...]
    verdicts: dict[str, Verdict]
    cases: dict[str, HostCase]
    rows: tuple[CaseRow, ...]

    @property
    def heading(self) -> str:
        """The host's name, and the target on a second line."""
        return f"{self.host.name}\n{self.target}"


@dataclass(frozen=True)
class HostDifference:
    """A host whose speedup certainly differs from that of the others.

    Attributes:
        ratio: Its speedup over the mean of the others'.
        others: How many others there are.
    """

    case: str
    host: str
    ratio: Measured
    others: int


@dataclass(frozen=True)
class Spread:
    """How far hosts lie apart in a case, beyond what their launches explain.

    Attributes:
        lowest, highest: The hosts' smallest and largest speedup.
        between: The standard deviation between hosts, as a share of the speedup.
    """

    case: str
    hosts: int
    lowest: float
    highest: float
    between: float


@dataclass(frozen=True)
class ClaimRow:
    """A claim on every host.

    Attributes:
        tally: How many verdicts have each outcome.
        agrees: Whether no two hosts decide it differently.
    """

    id: str
    statement: str
    tally: tuple[tuple[Label, int], ...]
    agrees: bool

    @property
    def applies(self) -> bool:
        """Whether it applies to some host."""
        return any(label != Label.NOT_APPLICABLE for label, _ in self.tally)


def in_order_of_names(hosts: Iterable[FleetHost]) -> list[FleetHost]:
    """The hosts as readers look for them, ``worker-9`` before ``worker-10``."""
    return sorted(hosts, key=lambda host: DIGITS.sub(_padded, host.name))


def _padded(number: re.Match[str]) -> str:
    return number[0].zfill(LONGEST_NUMBER)


def columns_of(
    host: FleetHost, tables: Tables, verdicts: Sequence[Verdict], *, with_rows: bool
) -> list[HostColumn]:
    """A column for every target of a host.

    Args:
        host: The host.
        tables: What it measured.
        verdicts: What was decided of that.
        with_rows: Whether to keep what figures need.
    """
    columns = []
    for place, target in enumerate(tables.run.targets):
        rows = tuple(row for row in cases.rows(tables) if row.case.target == target.id)
        measured = {}
        for row in rows:
            if row.speedup is not None:
                logs = [value for value in row.launches["log_speedup"] if math.isfinite(value)]
                measured[row.comparison.name_on_target] = HostCase(
                    row.speedup, locate(logs), row.analyses
                )
        columns.append(
            HostColumn(
                host=host,
                target=target.id,
                place=place,
                interpreter=headline.target_name(target),
                facts=_facts(host, tables, target),
                verdicts={
                    verdict.id: verdict for verdict in verdicts if verdict.target == target.id
                },
                cases=measured,
                rows=rows if with_rows else (),
            )
        )
    return columns


def _facts(host: FleetHost, tables: Tables, target: Target) -> tuple[tuple[str, str], ...]:
    machine = tables.run.host
    warnings = [warning.message for warning in machine.warnings]
    own_name = host.facts.hostname if host.facts is not None else "unknown"
    return (
        ("Own name", own_name),
        ("Interpreter", headline.target_name(target)),
        ("Processor", machine.model),
        ("Cores", f"{machine.usable_cores} of {machine.logical_cores} usable"),
        ("Kernel", machine.kernel),
        ("Warnings", "; ".join(warnings) or "none"),
    )


def claim_rows(verdicts: Iterable[Verdict]) -> list[ClaimRow]:
    """Every claim with its verdicts on all hosts, those that hosts decide differently first."""
    statements: dict[str, str] = {}
    counts: dict[str, Counter[Label]] = {}
    for verdict in verdicts:
        statements.setdefault(verdict.id, verdict.statement)
        counts.setdefault(verdict.id, Counter())[verdict.label] += 1
    rows = []
    for claim, statement in statements.items():
        count = counts[claim]
        tally = tuple((label, count[label]) for label in Label if count[label])
        is_shown_wrong = count[Label.REFUTED] > 0
        is_shown_right = count[Label.PROVED] + count[Label.HELD] > 0
        rows.append(ClaimRow(claim, statement, tally, not (is_shown_wrong and is_shown_right)))
    rows.sort(key=lambda row: row.agrees)
    return rows


def differences(columns: Sequence[HostColumn]) -> list[HostDifference]:
    """The hosts that certainly differ from the others, the largest differences first."""
    certain = []
    for apart in _against_the_others(columns):
        if not apart.lo <= 0 <= apart.hi:
            center, lo, hi = math.exp(apart.center), math.exp(apart.lo), math.exp(apart.hi)
            ratio = Measured(center, lo, hi, "×", apart.n)
            certain.append(HostDifference(apart.case, apart.host, ratio, apart.others))
    certain.sort(key=lambda difference: -abs(math.log(difference.ratio.center)))
    return certain


def certain_from(columns: Sequence[HostColumn]) -> tuple[float, float] | None:
    """By how much faster than the others a host would have to be to be told apart.

    Returns:
        The smallest and the largest of all cases, as a share of up to ``MOST_SHARE``; None where
        there are no two hosts.
    """
    most = math.log1p(MOST_SHARE)
    reaches = [min(apart.hi - apart.center, most) for apart in _against_the_others(columns)]
    return (math.expm1(min(reaches)), math.expm1(max(reaches))) if reaches else None


@dataclass(frozen=True)
class _Apart:
    """A host's speedup over the mean of the others', in logarithms, with what decides."""

    case: str
    host: str
    others: int
    center: float
    lo: float
    hi: float
    n: int


def _against_the_others(columns: Sequence[HostColumn]) -> list[_Apart]:
    """Every host over the mean of the others, in every case; of two hosts, the first one."""
    groups = _by_case(columns)
    tests = sum(1 if len(group) == 2 else len(group) for group in groups.values())
    distances = []
    for (_, case), group in groups.items():
        for host in list(group)[: 1 if len(group) == 2 else None]:
            distances.append(_apart(case, host, group, tests))
    return distances


def _by_case(columns: Sequence[HostColumn]) -> dict[tuple[int, str], dict[str, HostCase]]:
    """(Place of the target, case) → host → its speedup, for cases of two hosts at least."""
    groups: dict[tuple[int, str], dict[str, HostCase]] = {}
    for column in columns:
        for case, measured in column.cases.items():
            if measured.location is not None:
                groups.setdefault((column.place, case), {})[column.host.name] = measured
    return {key: group for key, group in groups.items() if len(group) > 1}


def _apart(case: str, host: str, group: dict[str, HostCase], tests: int) -> _Apart:
    """How far a host is from the others, with the interval at the level of the page."""
    others = [_location(measured) for name, measured in group.items() if name != host]
    apart = _location(group[host]) - mean(others)
    analyses = max(measured.analyses for measured in group.values())
    confidence = 1 - (1 - SHOWN_CONFIDENCE) / tests
    lo, hi = apart.interval(nominal_confidence(confidence, analyses))
    return _Apart(case, host, len(others), apart.center, lo, hi, apart.n)


def host_pair(columns: Sequence[HostColumn], host: str, other: str) -> list[HostDifference]:
    """How two hosts differ in every case that both measured, certain or not, largest first."""
    rows = []
    for (_, case), group in _by_case(columns).items():
        if host in group and other in group:
            apart = _location(group[host]) - _location(group[other])
            analyses = max(measured.analyses for measured in group.values())
            lo, hi = apart.interval(nominal_confidence(SHOWN_CONFIDENCE, analyses))
            ratio = Measured(math.exp(apart.center), math.exp(lo), math.exp(hi), "×", apart.n)
            rows.append(HostDifference(case, host, ratio, 1))
    rows.sort(key=lambda row: -abs(math.log(row.ratio.center)))
    return rows


def _location(case: HostCase) -> Location:
    assert case.location is not None
    return case.location


def spreads(columns: Sequence[HostColumn]) -> list[Spread]:
    """How far hosts lie apart in every case, the furthest first."""
    rows = []
    for (_, case), group in _by_case(columns).items():
        locations = [_location(measured) for measured in group.values()]
        centers = [math.exp(location.center) for location in locations]
        between = between_hosts(locations)
        rows.append(Spread(case, len(group), min(centers), max(centers), between))
    rows.sort(key=lambda spread: -spread.between)
    return rows


def between_hosts(locations: Sequence[Location]) -> float:
    """The standard deviation between hosts, beyond what their launches explain; 0 for none.

    That is the tau of DerSimonian and Laird: the root of (Q - (k - 1)) / (Σw - Σw² / Σw), where a
    host's weight w is 1 / se², Q is Cochran's Σw (center - weighted mean)², and k counts the hosts.
    """
    weights = [location.se**-2 for location in locations]
    total = sum(weights)
    weighted = list(zip(weights, locations, strict=True))
    weighted_mean = sum(weight * location.center for weight, location in weighted) / total
    cochrans_q = 0.0
    for weight, location in weighted:
        cochrans_q += weight * (location.center - weighted_mean) ** 2
    scale = total - sum(weight * weight for weight in weights) / total
    return math.sqrt(max(0.0, (cochrans_q - (len(locations) - 1)) / scale))
