"""What is measured and what is said of it: trials, figures, results and the rows that make them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from tools.selfbench.bench import Bench

OURS = "gilbench"


class Trial(msgspec.Struct, frozen=True, kw_only=True, tag="trial", omit_defaults=True):
    """One trial, a line of the journal.

    Attributes:
        row: The row that made it.
        series: What was measured, within the row.
        tool: What measured it; ``gilbench`` or a peer.
        values: The measured values by name, with the unit in the name.
        note: A label, such as the name of a run's folder.
        session: The session in which it was measured.
    """

    row: str
    series: str
    tool: str
    values: dict[str, float]
    note: str = ""
    session: str = ""


class Failure(msgspec.Struct, frozen=True, kw_only=True, tag="failure"):
    """A row that could not be measured, or a peer that is absent, with the reason."""

    row: str
    tool: str
    reason: str
    session: str = ""


class Session(msgspec.Struct, frozen=True, kw_only=True, tag="session"):
    """Where and when trials were measured.

    Attributes:
        id: Its name in the trials.
        began_utc: Date and time.
        host: Processor, cores, memory and kernel.
        python: Of gilbench and its peers.
        commit: Of gilbench; with a ``+`` where files were changed.
        load: The load average before.
        versions: By tool.
        minutes: For which it was to measure.
    """

    id: str
    began_utc: str
    host: str
    python: str
    commit: str
    load: float
    versions: dict[str, str]
    minutes: float


NEVER_S = 1e3  # stands for what a trial did not decide, so that a median counts it as long


class Figure(msgspec.Struct, frozen=True):
    """An estimate with its 95 % interval.

    Attributes:
        center: The estimate.
        lo: The lower end.
        hi: The upper end.
        n: Trials behind it.
        unit: How it is written: one of the names in ``page.UNITS``.
    """

    center: float
    lo: float
    hi: float
    n: int
    unit: str


class Standing(enum.Enum):
    """How a figure stands to its goal.

    Either the whole interval meets the goal, or all of it contradicts the goal. Otherwise the goal is
    open, and the last of these says that the estimate is on the wrong side.
    """

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    OUTSIDE = "open (estimate outside)"


class PeerFigure(msgspec.Struct, frozen=True):
    """What a peer reached on the same work; without a figure, why there is none."""

    name: str
    figure: Figure | None
    reason: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the page.

    Attributes:
        quantity: What is compared.
        ours: Of gilbench; None where nothing was measured yet.
        peers: Of its peers.
        goal: In words.
        standing: How the figure stands to it; None without a figure or a goal.
        note: What a reader must know besides.
    """

    quantity: str
    ours: Figure | None
    peers: tuple[PeerFigure, ...] = ()
    goal: str = ""
    standing: Standing | None = None
    note: str = ""


Turns = Callable[["Bench"], Iterator[Sequence[Trial | Failure]]]


@dataclass(frozen=True)
class Row:
    """One comparison of the page.

    Attributes:
        name: As ``--rows`` takes it; the name of its file.
        title: The heading.
        method: How it is measured, in a sentence or two.
        minutes: Its share of a full measurement of 40 minutes.
        turns: Yields the trials of one short turn after the other, for as long as it is asked, and
            what failed of one tool while the others go on.
        results: What the trials of all sessions say.
        enough: Whether further trials are not worth their time.
        peers: What it is compared with.
        parts: How many turns it takes until everything was measured once; a first measurement has
            all of these whatever its share of the time.
    """

    name: str
    title: str
    method: str
    minutes: float
    turns: Turns
    results: Callable[[Sequence[Trial]], list[Result]]
    enough: Callable[[Sequence[Trial]], bool] = lambda _: False
    peers: tuple[str, ...] = ()
    parts: int = 1
