"""Samples of a function: blocks of paired rounds, measured until they decide."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from gilbench.measure.in_process.intervals import ANALYSES, FEWEST_BLOCKS, Interval
from gilbench.measure.in_process.rounds import garbage_restored

PAIRS = 3  # in a block of short rounds
LONG_PAIR_S = 0.1  # a longer pair is a block by itself
BLOCK_S = 0.2  # a block that lasts longer is not given another pair
PATIENCE = 3  # times the limit is what a test takes at most, on a host that has no cores for it

Pair = TypeVar("Pair")
First = TypeVar("First")
Second = TypeVar("Second")


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


def pairs_of_block(measure_pair: Callable[[], Pair], pairs: int) -> list[Pair]:
    """Measure the pairs of one block: fewer than ``pairs`` on a host that is slow at the moment."""
    began_s = time.perf_counter()
    measured = [measure_pair()]
    while len(measured) < pairs and time.perf_counter() - began_s < BLOCK_S:
        measured.append(measure_pair())
    return measured


def in_random_order(
    draw: random.Random, first: Callable[[], First], second: Callable[[], Second]
) -> tuple[First, Second]:
    """Measure both halves of a pair, in random order.

    Returns:
        What they return, in the order given.
    """
    if draw.random() < 0.5:
        of_first = first()
        return of_first, second()
    of_second = second()
    return first(), of_second


class Sequential:
    """Measures a sample up to one analysis after the other, within a time.

    Args:
        sample: What is measured.
        limit_s: How long all of it may take, in seconds. Of a block that takes longer than foreseen
            the rest is the host's doing and does not count, up to three times as long.
    """

    def __init__(self, sample: Sample, limit_s: float) -> None:
        self.sample, self.limit_s = sample, limit_s
        self.blocks = 0
        self.elapsed_s = 0.0  # as far as it counts
        self._foreseen_s = 0.0  # for a block
        self._block_s = 0.0  # of the last block, as far as it counts

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
            self._foreseen_s = self._block_s = self.sample.prepare()
        prepared_s = time.perf_counter() - began_s
        needed_s = prepared_s + FEWEST_BLOCKS * self._block_s
        if needed_s > self.limit_s:
            raise TooSlow(
                f"it is too slow to be measured within {self.limit_s:g} s; "
                f"give it time: @pytest.mark.gil(seconds={math.ceil(3 * needed_s)})"
            )
        self.elapsed_s += prepared_s
        self.measure_more()

    def measure_more(self) -> None:
        """Measure up to the next analysis, or until the time is over."""
        target = next(blocks for blocks in ANALYSES if blocks > self.blocks)
        with garbage_restored():
            while self.blocks < target and not self.finished:
                began_s = time.perf_counter()
                self.sample.measure_block()
                self.blocks += 1
                took_s = time.perf_counter() - began_s
                self._block_s = max(min(took_s, self._foreseen_s), took_s / PATIENCE)
                self.elapsed_s += self._block_s
