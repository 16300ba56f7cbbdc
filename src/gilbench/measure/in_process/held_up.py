"""Samples of how a function holds up another thread: the share of its time, the longest wait."""

from __future__ import annotations

import hashlib
import math
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass

from gilbench.measure.in_process.intervals import Interval, interval_of
from gilbench.measure.in_process.rounds import Call, size_round
from gilbench.measure.in_process.samples import LONG_PAIR_S, PAIRS, in_random_order, pairs_of_block
from gilbench.measure.in_process.ticking import LATE_NS, Waits, run_next_to_ticker

TICKED_ROUND_NS = 25_000_000  # some fifty ticks
RELEASED_BYTES = 1 << 20  # hashed with the GIL released, in less than a tick
LONGEST_CONTROL_NS = 100_000_000
SHORTEST_S = LATE_NS / 1e9  # a stall that is seen
MOST_HELD_UP = 0.5  # of a control round; beyond, other programs hold the thread up more than not


def has_gil() -> bool:
    """Whether this interpreter runs with the GIL now."""
    enabled: Callable[[], bool] = getattr(sys, "_is_gil_enabled", lambda: True)
    return enabled()


@dataclass(frozen=True)
class TickedBlock:
    """What a ticking thread saw alongside the function, and alongside a control.

    The control is a hash that releases the GIL.
    """

    function: Waits
    control: Waits


class TickingSample:
    """How a function holds up a thread that ticks alongside it.

    Each round has a control of the same length: a hash over a large buffer, which releases the GIL.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.blocks: list[TickedBlock] = []
        self._calls = self._control_calls = self._pairs = 1
        self._random = random.Random()
        buffer = bytes(RELEASED_BYTES)
        self._control: Call = lambda: hashlib.sha256(buffer)

    def prepare(self) -> float:
        size = size_round(self.call, TICKED_ROUND_NS)
        self._calls = size.calls
        round_s = size.calls * size.call_s
        control_s = min(round_s, LONGEST_CONTROL_NS / 1e9)
        self._control_calls = size_round(self._control, int(control_s * 1e9)).calls
        pair_s = round_s + control_s
        self._pairs = 1 if pair_s > LONG_PAIR_S else PAIRS
        self._pair()  # warm-up
        return self._pairs * pair_s

    def measure_block(self) -> None:
        pairs = pairs_of_block(self._pair, self._pairs)
        self.blocks.append(
            TickedBlock(
                _together([pair.function for pair in pairs]),
                _together([pair.control for pair in pairs]),
            )
        )

    def _pair(self) -> TickedBlock:
        """A round of the function and one of the control, in random order."""
        function, control = in_random_order(
            self._random,
            lambda: run_next_to_ticker(self.call, self._calls),
            lambda: run_next_to_ticker(self._control, self._control_calls),
        )
        return TickedBlock(function, control)

    def controls(self) -> str:
        shares = [block.control.share for block in self.blocks]
        percent = 100 * sum(shares) / len(shares)
        latest_ms = 1000 * max(block.control.latest_s for block in self.blocks)
        return f"control (a hash without the GIL): {percent:.0f} %, longest {latest_ms:.1f} ms"

    def interval(self) -> Interval:
        raise NotImplementedError


class HeldSample(TickingSample):
    """The share of a function's time for which another thread could not run Python code."""

    def interval(self) -> Interval:
        """What the control shows as well is the host's doing, and taken out."""
        shares = []
        for block in self.blocks:
            if block.control.share < MOST_HELD_UP:
                excess = block.function.share - block.control.share
                shares.append(excess / (1 - block.control.share))
        measured = interval_of(shares)
        return Interval(_as_share(measured.center), _as_share(measured.lo), _as_share(measured.hi))


class StallSample(TickingSample):
    """The longest time for which another thread had to wait, in seconds."""

    def interval(self) -> Interval:
        """Its lower end leaves out what the host may have added to the wait.

        That is the time for which the function had no core, and the thread either, and what is left
        alongside the control. On a busy host one block has many times what another one has, so that
        the lower end is that of a geometric mean, which is at most the mean.
        """
        longest = [block.function.longest_s for block in self.blocks]
        free = [block.function.longest_free_s for block in self.blocks]
        # What is too short to be seen counts as just seen, and is taken off again.
        certain = [math.log(SHORTEST_S + _certain_s(block)) for block in self.blocks]
        shown = [math.log(SHORTEST_S + _shown_s(block)) for block in self.blocks]
        lo = max(interval_of(certain).lo, interval_of(shown).lo)
        return Interval(
            interval_of(free).center,
            max(0.0, math.exp(lo) - SHORTEST_S),
            interval_of(longest).hi,
        )


def _as_share(value: float) -> float:
    """A value as a share, from 0 to 1."""
    return min(1.0, max(0.0, value))


def _certain_s(block: TickedBlock) -> float:
    """The longest wait of a block that no lack of a core explains, in seconds.

    What is certain alongside the control, which releases the GIL, is the host's doing as well.
    """
    return max(0.0, block.function.longest_certain_s - block.control.longest_certain_s)


def _shown_s(block: TickedBlock) -> float:
    """How much longer the longest wait is than anything alongside the control, in seconds.

    On a host that is far too busy, lacks of a core leave nothing certain of long waits.
    """
    return max(0.0, block.function.longest_free_s - block.control.latest_s)


def _together(rounds: list[Waits]) -> Waits:
    """The mean share of some rounds, and the longest waits in any."""
    share = sum(waits.share for waits in rounds) / len(rounds)
    return Waits(
        share,
        max(waits.longest_s for waits in rounds),
        max(waits.longest_free_s for waits in rounds),
        max(waits.longest_certain_s for waits in rounds),
        max(waits.latest_s for waits in rounds),
    )
