"""Reads a large journal in parts, one in each of several processes, where the platform can fork.

A part begins with a launch, since nothing that is checked within a launch depends on those before
it, and with the digest of the line before it. What does depend on them, such as the order of
launches, is checked of all parts together. Where anything is wrong or a process dies, there is no
result: the journal is then read as a whole, which names the line.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gilbench.model import CeilingControl, InputError, Observation, Record, Round, Run
from gilbench.results import folder as layout
from gilbench.results.chain import KEY_AT, BrokenChain, Chain, split
from gilbench.results.files import MOST_JOURNAL_BYTES, open_file
from gilbench.results.forks import fork_warning_ignored, forks_at_once
from gilbench.results.journal_rules import LaunchOrder, LaunchRules
from gilbench.results.lines import Span, read_chunks
from gilbench.results.possible import Impossible

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from gilbench.results.tables import TablesBuilder

LEAST_BYTES = 32 << 20  # of a part: to read it takes half a second, a fork a hundredth of that
MOST_PARTS = 4
SEARCHED_BYTES = 1 << 20  # for a line that begins a launch; it has a few thousand bytes before it
ENDING = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
LAUNCH = b'\n{"type":"launch",'
WITHIN_LAUNCH = (Round, CeilingControl, Observation)


@dataclass(frozen=True)
class Part:
    """A part of a journal.

    Attributes:
        span: Where it is.
        before: The digest that its first line follows.
    """

    span: Span
    before: bytes


@dataclass(frozen=True)
class PartRead:
    """What a process read.

    Attributes:
        builder: Its records.
        order: Those of them that are not within a launch, for ``LaunchOrder``.
        checksums: As of ``LaunchRules``.
        digest: That of its last line.
    """

    builder: TablesBuilder
    order: list[Record]
    checksums: list[dict[int, int]]
    digest: bytes


def read_in_parts(
    folder: Path, run: Run, make_builder: Callable[[], TablesBuilder]
) -> TablesBuilder | None:
    """The records of a journal, and the samples of the cores.

    Args:
        folder: The run's folder.
        run: The run.
        make_builder: Makes what the records of a part are added to.

    Returns:
        None where it is read as fast without further processes, where they cannot be had, or where
        something is wrong with it.
    """
    chain = layout.journal_chain(folder, run)
    if chain is None:
        return None
    path = folder / layout.ROUNDS
    try:
        size = path.stat().st_size
        processes = min(forks_at_once(MOST_PARTS), size // LEAST_BYTES)
        parts = _parts(path, chain.digest, size, processes) if processes > 1 else []
        if len(parts) < 2:
            return None
        reader = PartReader(path, run, make_builder)
        with _processes(reader, parts[1:]) as receivers:
            read = [reader.read(parts[0])]
            # While the others encode what they read
            read[0].builder.add_cores(layout.cores_samples(folder, run))
            for receiver in receivers:
                read.append(receiver.recv())
        _check_together(run, read)
    # OSError, EOFError: no further process could be had, or one of them failed
    except (InputError, Impossible, BrokenChain, OSError, EOFError):
        return None
    builder = read[0].builder
    for later in read[1:]:
        builder.append(later.builder)
    return builder


def _parts(path: Path, before: bytes, size: int, most: int) -> list[Part]:
    """About equal parts of a journal; fewer where there are long launches."""
    starts, digests = [0], [before]
    with open_file(path, MOST_JOURNAL_BYTES) as file:
        for number in range(1, most):
            searched_from = number * size // most
            file.seek(searched_from)
            searched = file.read(SEARCHED_BYTES)
            # The line before it tells its digest
            line_end = searched.find(LAUNCH, KEY_AT)
            if line_end < 0 or searched_from + line_end < starts[-1]:
                continue
            _, digest = split(searched[line_end - KEY_AT : line_end])
            starts.append(searched_from + line_end + 1)
            digests.append(digest)
    ends = [*starts[1:], None]
    return [
        Part(Span(start, end), digest)
        for start, end, digest in zip(starts, ends, digests, strict=True)
    ]


@dataclass(frozen=True)
class PartReader:
    """Reads and checks parts of a journal; attributes as of ``read_in_parts``."""

    path: Path
    run: Run
    make_builder: Callable[[], TablesBuilder]

    def read(self, part: Part) -> PartRead:
        """Read a part; raises what reading the whole raises."""
        builder, rules, chain = self.make_builder(), LaunchRules(self.run), Chain(part.before)
        order: list[Record] = []
        for chunk in read_chunks(self.path, msgspec.json.Decoder(Record), chain, part.span):
            for record in chunk:
                rules.check(record)
                if not isinstance(record, WITHIN_LAUNCH):
                    order.append(record)
            builder.extend(chunk)
        builder.compute_launches()
        return PartRead(builder, order, rules.checksums, chain.digest)

    def read_and_send(
        self, part: Part, sender: Connection, inherited: Sequence[Connection]
    ) -> None:
        """Read a part in a forked process; nothing is sent of one in which something is wrong.

        Args:
            part: The part.
            sender: Takes what was read.
            inherited: The parent's ends of pipes, which are closed: a process that has one itself
                would wait for ever to send to a parent that was killed.
        """
        for receiver in inherited:
            receiver.close()
        with suppress(InputError, Impossible, OSError):
            sender.send(self.read(part))


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block the signals that end gilbench, and for good in a process that is forked meanwhile.

    They are the parent's business, which ends that process.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _processes(reader: PartReader, parts: Sequence[Part]) -> Iterator[list[Connection]]:
    """Processes that read a part each, and what they send it through; they end with the context."""
    context = get_context("fork")
    processes, receivers = [], []
    try:
        for part in parts:
            receiver, sender = context.Pipe(duplex=False)
            receivers.append(receiver)
            arguments = (part, sender, tuple(receivers))
            process = context.Process(target=reader.read_and_send, args=arguments)
            with _signals_blocked(), fork_warning_ignored():
                process.start()
                processes.append(process)
            sender.close()
        yield receivers
    finally:
        for process in processes:
            process.kill()
            process.join()


def _check_together(run: Run, read: Sequence[PartRead]) -> None:
    """Check what depends on other parts.

    Each follows the one before it, for its first line follows that one's last, which was checked.

    Raises:
        Impossible: Something is wrong.
    """
    if run.seal is not None and read[-1].digest.hex() != run.seal.rounds:
        raise Impossible("it is not what the run ended with")
    launch_order = LaunchOrder(run)
    for each in read:
        for record in each.order:
            launch_order.check(record)
    launch_order.finish()
    for of_work in zip(*(each.checksums for each in read), strict=True):
        checksums: dict[int, int] = {}
        for of_part in of_work:
            for tasks, checksum in of_part.items():
                if checksums.setdefault(tasks, checksum) != checksum:
                    raise Impossible("parts have different checksums of the same work")
