"""The ceiling control of a test session: how far spinning processes scale right now."""

from __future__ import annotations

import sys

from gilbench.measure.answers import CeilingAnswer, decode
from gilbench.measure.bundle import make_target_bundle
from gilbench.measure.launches import Launch, MeasurementError
from gilbench.measure.scratch import Scratch
from gilbench.plan.amounts import ceiling_amounts

TIMEOUT_S = 30.0
# Of the number of processes. Below this, scaling cannot be distinguished from the lack of it.
FREE_SHARE = 0.8
# Likewise. Above this, the processes were starved while one of them was to spin alone.
STARVED_SHARE = 1.2


class CeilingControl:
    """A process that stays open for the session and measures ceilings on request."""

    def __init__(self) -> None:
        self._folder: Scratch | None = None
        self._launch: Launch | None = None

    def measure(self, workers: int) -> float:
        """The speedup that as many spinning processes reach; 0 where it cannot be measured."""
        params = ceiling_amounts(workers)
        try:
            reply = self._opened().ask("probe", TIMEOUT_S, probe="ceiling", params=params)
            ceiling = decode(reply, CeilingAnswer).ceiling
        except MeasurementError:
            self.close()
            return 0.0
        return ceiling if ceiling <= STARVED_SHARE * workers else 0.0

    def _opened(self) -> Launch:
        if self._launch is None:
            self._folder = Scratch()
            bundle = make_target_bundle(self._folder.path)
            self._launch = Launch(sys.executable, bundle)
        return self._launch

    def close(self) -> None:
        """End the process and remove what it ran from."""
        if self._launch is not None:
            self._launch.close()
            self._launch = None
        if self._folder is not None:
            self._folder.close()
            self._folder = None
