"""Follows the run of one host and sends what is new; it knows nothing of how that is sent."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from gilbench.fleet.following import Follower
from gilbench.fleet.messages import Ending, FileName, HostOrder, Outcome, Piece, Update, encode
from gilbench.fleet.station import Station
from gilbench.results import folder as layout
from gilbench.results.files import MOST_BYTES

LONGEST_BEAT_S = 5.0  # between two looks at whether this attempt still counts


class Attendance:
    """One attempt to have a host's part measured, followed to its end."""

    def __init__(
        self, order: HostOrder, send: Callable[[str], None], is_leaving: Callable[[], bool]
    ) -> None:
        """Prepare to follow.

        Args:
            order: What the host is to do.
            send: Sends a message to the coordinator.
            is_leaving: Whether the process that this runs in is about to end.

        Raises:
            InputError: The station cannot be made.
        """
        self._order, self._send, self._is_leaving = order, send, is_leaving
        self._station = Station(order.fleet, order.host)
        self._station.open(order.attempt)
        self._followers: dict[FileName, Follower] = {}
        self._run_json = order.run_json.encode("utf-8")
        self._doing = ""

    def follow(self) -> Ending:
        """Start, resume or find the run, and send its lines until it has ended."""
        station = self._station
        if not station.is_running() and not station.is_complete():
            if station.run_folder() is None and self._order.run_json:
                return self._ending("wanting")
            station.start(self._order)
        while True:
            if station.is_superseded(self._order.attempt):
                return self._ending("superseded")
            if self._is_leaving():
                return self._ending("leaving")
            station.attend()
            has_ended = not station.is_running()
            if self._send_news():
                continue
            if has_ended:
                return self._ending("ended")
            time.sleep(min(self._order.interval_s, LONGEST_BEAT_S))

    def _send_news(self) -> bool:
        """Send what is new; returns whether more may follow at once."""
        folder = self._station.run_folder()
        if folder is None:
            doing = self._station.doing()
            if doing != self._doing:
                self._doing = doing
                self._send(self._message(doing=doing))
            return False
        run_json = self._new_run_json(folder)
        pieces = [piece for follower in self._follow(folder) if (piece := follower.next_piece())]
        if not run_json and not pieces:
            return False
        self._send(self._message(run_json=run_json, pieces=tuple(pieces)))
        return bool(pieces)

    def _follow(self, folder: Path) -> list[Follower]:
        """The followers of both files, each beginning after what the coordinator has."""
        if not self._followers:
            names: tuple[FileName, FileName] = ("rounds.jsonl", "cores.jsonl")
            for name in names:
                follower = Follower(folder / name, name)
                last = self._order.last if name == "rounds.jsonl" else ""
                if have := self._order.have.get(name, 0):
                    follower.skip(have, last.encode("utf-8"))
                self._followers[name] = follower
        return list(self._followers.values())

    def _new_run_json(self, folder: Path) -> tuple[msgspec.Raw, ...]:
        try:
            text = (folder / layout.RUN).read_bytes()
        except OSError:
            return ()
        if text == self._run_json:
            return ()
        self._run_json = text
        return (msgspec.Raw(text),)

    def _message(
        self,
        doing: str = "",
        run_json: tuple[msgspec.Raw, ...] = (),
        pieces: tuple[Piece, ...] = (),
    ) -> str:
        order = self._order
        return encode(Update(order.host, order.attempt, doing, run_json, pieces))

    def _ending(self, outcome: Outcome) -> Ending:
        ended = self._station.exit()
        sizes: dict[FileName, int] = {}
        for name, follower in self._followers.items():
            sizes[name] = follower.given
        return Ending(
            outcome,
            ended.code if ended is not None else None,
            ended.reason if ended is not None else "",
            sizes,
            self._verdicts(),
        )

    def _verdicts(self) -> tuple[msgspec.Raw, ...]:
        folder = self._station.run_folder()
        path = folder / layout.VERDICTS if folder is not None else None
        if path is None or not path.is_file() or path.stat().st_size > MOST_BYTES:
            return ()
        return (msgspec.Raw(path.read_bytes()),)
