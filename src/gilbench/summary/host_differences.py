"""Which hosts of a fleet certainly differ in what, and how far hosts lie apart.

Within a host the spread is that of its launches. Hosts are told apart by Welch's interval of each
host's speedup over the mean of the others', widened so that all intervals of a page are right
together; how far hosts lie apart beyond that spread is estimated by DerSimonian and Laird (1986).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import Location, mean
from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.summary.cases import Measured
from gilbench.summary.fleet import HostCase, HostColumn

MOST_SHARE = 10.0  # by which a host differs; more says only that there were too few launches


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
