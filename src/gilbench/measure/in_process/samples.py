"""Samples of a function: blocks of paired rounds, measured until they decide."""

from __future__ import annotations

import hashlib
import math
import random
import time
from dataclasses import dataclass
from typing import Protocol

from gilbench.measure.in_process.ceiling import FREE_SHARE, CeilingControl
from gilbench.measure.in_process.intervals import ANALYSES, FEWEST_BLOCKS, Interval, interval
from gilbench.measure.in_process.rounds import (
    Call,
    Round,
    garbage_restored,
    run_round,
    size_round,
)
from gilbench.measure.in_process.ticking import Waits, run_beside_ticker

PAIRS = 3  # in a block of short rounds
LONG_PAIR_S = 0.1  # a longer pair is a block by itself
CONTROL_S = 0.1  # how long one ceiling control takes, about
TICKED_ROUND_NS = 25_000_000  # some fifty ticks
RELEASED_BYTES = 1 << 20  # hashed with the GIL released, in less than a tick
LONGEST_CONTROL_NS = 100_000_000
MOST_HELD_UP = 0.5  # of a control round; beyond, other programs hold the thread up more than not


class TooSlow(Exception):
    """The time given does not suffice for the first analysis; the message says what would."""


class Sample(Protocol):
    """Blocks of a function, and what they say."""

    def prepare(self) -> float:
        """Size the rounds and warm up; returns about how long a block takes, in seconds."""

    def measure_block(self) -> None:
        """Measure one more block."""

    def interval(self) -> Interval:
        """What the blocks say so far."""

    def controls(self) -> str:
        """What the controls say, in words; "" where there are none."""


class Sequential:
    """Measures a sample up to one analysis after the other, within a time.

    Args:
        sample: What is measured.
        limit_s: How long all of it may take, in seconds.
    """

    def __init__(self, sample: Sample, limit_s: float) -> None:
        self.sample, self.limit_s = sample, limit_s
        self.blocks = 0
        self.elapsed_s = 0.0
        self._block_s = 0.0

    @property
    def finished(self) -> bool:
        """Whether there is no time for another block, or no analysis left."""
        return self.blocks >= ANALYSES[-1] or self.elapsed_s + self._block_s > self.limit_s

    def start(self) -> None:
        """Measure up to the first analysis.

        Raises:
            TooSlow: That would take longer than the limit.
        """
        began_s = time.perf_counter()
        with garbage_restored():
            self._block_s = self.sample.prepare()
        prepared_s = time.perf_counter() - began_s
        needed_s = prepared_s + FEWEST_BLOCKS * self._block_s
        if needed_s > self.limit_s:
            raise TooSlow(
                f"it is too slow to be measured within {self.limit_s:g} s; "
                f"give it time: @pytest.mark.gil(seconds={math.ceil(3 * needed_s)})"
            )
        self.elapsed_s += prepared_s
        self.go_on()

    def go_on(self) -> None:
        """Measure up to the next analysis, or until the time is over."""
        target = next(blocks for blocks in ANALYSES if blocks > self.blocks)
        with garbage_restored():
            while self.blocks < target and not self.finished:
                began_s = time.perf_counter()
                self.sample.measure_block()
                self.blocks += 1
                self._block_s = time.perf_counter() - began_s
                self.elapsed_s += self._block_s


@dataclass(frozen=True)
class SpeedupBlock:
    """What the pairs of a block say of the speedup where each thread has a core.

    Attributes:
        log_least: The mean logarithm of the speedups, each counted as low as it may be.
        log_most: Likewise, as high as it may be.
        ceiling: The lower of the ceilings around the block; 0 where one could not be measured.
    """

    log_least: float
    log_most: float
    ceiling: float


class SpeedupSample:
    """The speedup of calls in threads over the same calls in one thread.

    Attributes:
        waits: Whether the function mostly waits; then cores are no limit, and there is no control.

    Args:
        call: The function with its arguments.
        threads: How many threads share the calls.
        cores: How many cores this process may use.
        control: The ceiling control.
    """

    def __init__(self, call: Call, threads: int, cores: int, control: CeilingControl) -> None:
        self.call, self.threads, self.cores, self.control = call, threads, cores, control
        self.blocks: list[SpeedupBlock] = []
        self.waits = False
        self._calls = self._pairs = 1
        self._ceiling = math.inf
        self._random = random.Random()

    def prepare(self) -> float:
        size = size_round(self.call)
        self._calls, self.waits = size.calls, size.waits
        if not self.waits and self.cores < self.threads:
            raise TooFewCores(self.threads, self.cores)
        pair_s = 2 * self.threads * self._calls * size.call_s
        self._pairs = 1 if pair_s > LONG_PAIR_S else PAIRS
        self._pair()  # warm-up
        self._ceiling = self._measure_ceiling()
        return self._pairs * pair_s + (0.0 if self.waits else CONTROL_S)

    def measure_block(self) -> None:
        pairs = [self._pair() for _ in range(self._pairs)]
        log_least = sum(math.log(serial.least_ns / threaded.most_ns) for serial, threaded in pairs)
        log_most = sum(math.log(serial.most_ns / threaded.least_ns) for serial, threaded in pairs)
        before, self._ceiling = self._ceiling, self._measure_ceiling()
        ceiling = min(before, self._ceiling)
        self.blocks.append(SpeedupBlock(log_least / len(pairs), log_most / len(pairs), ceiling))

    def _pair(self) -> tuple[Round, Round]:
        """A round in one thread and one in all, measured in random order."""
        serial_first = self._random.random() < 0.5
        if serial_first:
            serial = self._serial()
        threaded = run_round(self.call, self._calls, self.threads)
        if not serial_first:
            serial = self._serial()
        return serial, threaded

    def _serial(self) -> Round:
        return run_round(self.call, self._calls * self.threads)

    def _measure_ceiling(self) -> float:
        return math.inf if self.waits else self.control.measure(self.threads)

    def interval(self) -> Interval:
        """The speedup where each thread has a core.

        Its upper end is from the blocks with a high ceiling, in proportion to what these ceilings
        lack.
        """
        center, lo, _ = interval([block.log_least for block in self.blocks])
        _, _, hi = interval([block.log_most + self._lacks(block) for block in self._free_blocks()])
        return Interval(math.exp(center), math.exp(lo), math.exp(hi))

    def _free_blocks(self) -> list[SpeedupBlock]:
        least = FREE_SHARE * self.threads
        return [block for block in self.blocks if block.ceiling >= least]

    def _lacks(self, block: SpeedupBlock) -> float:
        """The logarithm of what the ceiling lacks to as many cores as threads."""
        return math.log(self.threads) - math.log(min(block.ceiling, self.threads))

    def controls(self) -> str:
        if self.waits:
            return "it waits, so that cores are no limit"
        ceilings = sorted(block.ceiling for block in self.blocks)
        middle = ceilings[len(ceilings) // 2]
        free = len(self._free_blocks())
        text = f"ceiling {middle:.2f}× of {self.threads} processes"
        if not middle:
            text = "no ceiling, because other programs kept the cores busy"
        if free < len(ceilings):
            text += f"; cores free in {free} of {len(ceilings)} blocks"
        return text


class TooFewCores(Exception):
    """CPU-bound threads need one core each."""

    def __init__(self, threads: int, cores: int) -> None:
        have = "1 is usable" if cores == 1 else f"{cores} are usable"
        super().__init__(f"{threads} CPU-bound threads need {threads} cores, and {have} here")


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
        pairs = [self._pair() for _ in range(self._pairs)]
        self.blocks.append(
            TickedBlock(
                _together([pair.function for pair in pairs]),
                _together([pair.control for pair in pairs]),
            )
        )

    def _pair(self) -> TickedBlock:
        """A round of the function and one of the control, in random order."""
        if self._random.random() < 0.5:
            function = run_beside_ticker(self.call, self._calls)
            control = run_beside_ticker(self._control, self._control_calls)
        else:
            control = run_beside_ticker(self._control, self._control_calls)
            function = run_beside_ticker(self.call, self._calls)
        return TickedBlock(function, control)

    def controls(self) -> str:
        shares = [block.control.share for block in self.blocks]
        latest_s = max(block.control.latest_s for block in self.blocks)
        share = sum(shares) / len(shares)
        return f"control (a hash without the GIL): {share:.0%}, longest {1000 * latest_s:.1f} ms"

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
        return Interval(*(min(1.0, max(0.0, share)) for share in interval(shares)))


class StallSample(TickingSample):
    """The longest time for which another thread had to wait, in seconds."""

    def interval(self) -> Interval:
        """Its lower end leaves out what the host may have added to the wait.

        That is the time for which the function had no core, and the thread either: as it was
        counted there, or as it shows alongside the control.
        """
        longest = [block.function.longest_s for block in self.blocks]
        free = [block.function.longest_free_s for block in self.blocks]
        excess = [_excess_s(block) for block in self.blocks]
        center, _, _ = interval(free)
        _, lo, _ = interval(excess)
        _, _, hi = interval(longest)
        return Interval(center, max(0.0, lo), hi)


def _excess_s(block: TickedBlock) -> float:
    """The longest wait of a block that the host cannot have caused, in seconds."""
    function, control = block.function, block.control
    counted_s = function.longest_certain_s - control.longest_s
    shown_s = function.longest_free_s - control.latest_s
    return max(0.0, counted_s, shown_s)


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
