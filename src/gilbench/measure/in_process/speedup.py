"""The speedup of a function in threads of this process, on a host that may be busy."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from gilbench.measure.in_process.ceiling import FREE_SHARE, CeilingControl
from gilbench.measure.in_process.held_up import HeldSample, has_gil
from gilbench.measure.in_process.intervals import Interval, interval_of
from gilbench.measure.in_process.rounds import Call, Round, run_round, size_round
from gilbench.measure.in_process.samples import LONG_PAIR_S, PAIRS, in_random_order, pairs_of_block

CONTROL_S = 0.1  # how long one ceiling control takes, about


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
        self._held = HeldSample(call)
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
        pairs = pairs_of_block(self._pair, self._pairs)
        log_least = sum(math.log(serial.least_ns / threaded.most_ns) for serial, threaded in pairs)
        log_most = sum(math.log(serial.most_ns / threaded.least_ns) for serial, threaded in pairs)
        before, self._ceiling = self._ceiling, self._measure_ceiling()
        ceiling = min(before, self._ceiling)
        self.blocks.append(SpeedupBlock(log_least / len(pairs), log_most / len(pairs), ceiling))
        if not self._is_free(ceiling) and has_gil():
            self._measure_held()

    def _measure_held(self) -> None:
        """One block of the share of its time for which the function holds the GIL."""
        if not self._held.blocks:
            self._held.prepare()
        self._held.measure_block()

    def _pair(self) -> tuple[Round, Round]:
        """A round in one thread and one in all, measured in random order."""
        return in_random_order(
            self._random,
            lambda: run_round(self.call, self._calls * self.threads),
            lambda: run_round(self.call, self._calls, self.threads),
        )

    def _measure_ceiling(self) -> float:
        return math.inf if self.waits else self.control.measure(self.threads)

    def interval(self) -> Interval:
        """The speedup where each thread has a core.

        Its upper end is from the blocks with a high ceiling, in proportion to what these ceilings
        lack, or from how long the function holds the GIL.
        """
        least = interval_of([block.log_least for block in self.blocks])
        free = interval_of([block.log_most + self._lacks(block) for block in self._free_blocks()])
        most = min(math.exp(free.hi), self._most_by_gil())
        return Interval(min(math.exp(least.center), most), math.exp(least.lo), most)

    def _most_by_gil(self) -> float:
        """The most that threads gain: their times with the GIL cannot overlap, as in Amdahl's law.

        One half of the error of the upper end is spent here, the other in the free blocks.
        """
        held = self._held.interval().lo
        return 1 / held if held > 0 else math.inf

    def _free_blocks(self) -> list[SpeedupBlock]:
        return [block for block in self.blocks if self._is_free(block.ceiling)]

    def _is_free(self, ceiling: float) -> bool:
        return ceiling >= FREE_SHARE * self.threads

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
        if math.isfinite(most := self._most_by_gil()):
            held = self._held.interval().center
            text += f"; it holds the GIL for {100 * held:.0f} % of its time: {most:.2f}× at most"
        return text


class TooFewCores(Exception):
    """CPU-bound threads need one core each."""

    def __init__(self, threads: int, cores: int) -> None:
        have = "1 is usable" if cores == 1 else f"{cores} are usable"
        super().__init__(f"{threads} CPU-bound threads need {threads} cores, and {have} here")
