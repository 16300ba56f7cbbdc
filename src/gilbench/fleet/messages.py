"""What coordinator and hosts say to each other: JSON, decoded into these types and no others."""

from __future__ import annotations

from typing import Literal, TypeVar

import msgspec

from gilbench.model import Count, Frozen, InputError, Name, one_line
from gilbench.model.base import Seconds
from gilbench.results.files import DAMAGED, damage

FileName = Literal["rounds.jsonl", "cores.jsonl"]
Outcome = Literal["ended", "superseded", "leaving", "wanting"]
MOST_MESSAGE_BYTES = 64 << 20
Message = TypeVar("Message")


class HostOrder(Frozen, frozen=True):
    """What a host is to do.

    Attributes:
        fleet: Id of the fleet.
        host: Name of the host in it.
        options: The options of ``gilbench run``.
        again: Those of them that name an interpreter or a file, to resume with.
        attempt: Number of this attempt; an earlier one ends when it sees a later.
        have: How many bytes of each file the coordinator has.
        last: The last line of ``rounds.jsonl`` that the coordinator has; empty for none.
        run_json: ``run.json`` as the coordinator has it; empty for none.
        at_once: Whether it may measure while others measure on the same machine.
        interval_s: How long to gather lines before they are sent.
        patience_s: How long its run continues while nobody follows it.
    """

    fleet: Name
    host: Name
    options: tuple[str, ...]
    again: tuple[str, ...]
    attempt: Count
    have: dict[FileName, Count]
    last: str
    run_json: str
    at_once: bool
    interval_s: Seconds
    patience_s: Seconds


class Piece(Frozen, frozen=True):
    """Lines of a file.

    Attributes:
        file: The file's name.
        at: Where they begin, in bytes; what was there before was cut off.
        lines: The lines, byte for byte.
    """

    file: FileName
    at: Count
    lines: tuple[msgspec.Raw, ...]


class Update(Frozen, frozen=True):
    """What is new on a host.

    Attributes:
        host: Name of the host.
        attempt: Of which attempt.
        doing: What it does before there are lines; empty afterwards.
        run_json: ``run.json`` where it changed, otherwise nothing.
        pieces: New lines.
    """

    host: Name
    attempt: Count
    doing: Name
    run_json: tuple[msgspec.Raw, ...]
    pieces: tuple[Piece, ...]


class Ending(Frozen, frozen=True):
    """How an attempt ended on its host.

    Attributes:
        outcome: "ended" where the run has ended, "superseded" where a later attempt follows it,
            "leaving" where the worker goes, "wanting" where the host has nothing of what the
            coordinator has, which is then to send it.
        code: Exit code of ``gilbench run``; None where it has not ended, or was killed.
        reason: Its last line on standard error.
        sizes: Bytes of each file.
        verdicts: ``verdicts.json``, if there is one.
    """

    outcome: Outcome
    code: int | None
    reason: str
    sizes: dict[FileName, Count]
    verdicts: tuple[msgspec.Raw, ...]


class Restored(Frozen, frozen=True):
    """What the coordinator has of a host's run, for a host that lost it.

    Attributes:
        fleet: Id of the fleet.
        host: Name of the host.
        run: Id of the run, which is the name of its folder.
        files: The text of each file.
    """

    fleet: Name
    host: Name
    run: Name
    files: dict[Literal["run.json", "rounds.jsonl", "cores.jsonl"], str]


class WorkerOrder(Frozen, frozen=True):
    """What the process of a worker is given by the command that keeps it.

    Attributes:
        address: The scheduler's.
        name: The host's name; None for its address.
        tls: Files of the authority, the certificate and its key; empty for none.
    """

    address: str
    name: str | None
    tls: tuple[str, ...]


class Obstacle(Frozen, frozen=True):
    """What keeps from joining a scheduler.

    Attributes:
        reason: What was seen.
        remedy: What to do about it.
    """

    reason: str
    remedy: str


class RunnerOrder(Frozen, frozen=True):
    """What the process runs that is started by the worker and outlives it.

    Attributes:
        words: The words after ``gilbench``.
        at_once: Whether it may measure while others measure on the same machine.
        patience_s: How long the run continues while nobody follows it.
    """

    words: tuple[str, ...]
    at_once: bool
    patience_s: Seconds


class Exit(Frozen, frozen=True):
    """How the process of a run ended.

    Attributes:
        code: Its exit code; below 0 for a signal.
        reason: Its last line on standard error.
    """

    code: int
    reason: str


def encode(message: Frozen) -> str:
    """A message as text."""
    return msgspec.json.encode(message).decode("utf-8")


def decode(text: object, kind: type[Message]) -> Message:
    """A message from its text, if it can be one.

    Raises:
        InputError: It is something else.
    """
    if not isinstance(text, str):
        raise InputError(f"it is no message but {one_line(type(text).__name__)}")
    if len(text) > MOST_MESSAGE_BYTES:
        raise InputError(f"it is larger than {MOST_MESSAGE_BYTES >> 20} MiB")
    try:
        return msgspec.json.decode(text, type=kind)
    except DAMAGED as error:
        raise InputError(f"it is no {kind.__name__} ({damage(error)})") from error
