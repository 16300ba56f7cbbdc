"""The servers of I/O-bound workloads: started once per run, each in a separate process."""

from __future__ import annotations

import secrets
import sys
import time
from pathlib import Path
from typing import Any

from gilbench.measure.answers import AddressAnswer, decode
from gilbench.measure.launches import Child

START_TIMEOUT_S = 20.0
DYING_S = 0.5
TOKEN_BYTES = 16


class Services:
    """The servers that run, by name and delay. gilbench's own interpreter runs them."""

    def __init__(self, target_bundle: Path) -> None:
        self._target_bundle = target_bundle
        self._running: dict[tuple[str, float], tuple[Child, dict[str, Any]]] = {}

    def access(self, name: str, delay_s: float) -> dict[str, Any]:
        """What a client needs to talk to a server, which is started if it does not run yet.

        The token goes over pipes only, so that nobody else on the host learns it.

        Args:
            name: A module of ``gilbench.target.services``.
            delay_s: How long the server waits before each answer, in seconds.

        Returns:
            Its ``address``, and the ``token`` that a connection must begin with.

        Raises:
            MeasurementError: It could not be started.
        """
        key = (name, delay_s)
        if key not in self._running:
            arguments = ["-S", "-m", "gilbench.target.services", name, str(delay_s)]
            child = Child(sys.executable, arguments, self._target_bundle, name=f"the {name} server")
            token = secrets.token_hex(TOKEN_BYTES)
            try:
                child.write({"token": token})
                reply = decode(child.read(START_TIMEOUT_S), AddressAnswer, child.name)
                self._running[key] = child, {"address": reply.address, "token": token}
            except BaseException:
                child.close()
                raise
        return self._running[key][1]

    def lost(self) -> str | None:
        """How servers died; None where all run.

        They are forgotten, so that the next item to need them starts others.
        """
        deaths = []
        # A process that is being killed closes its connections a moment before it has ended.
        end_s = time.monotonic() + DYING_S
        while self._running and time.monotonic() < end_s and not self._is_one_dead():
            time.sleep(0.01)
        for key, (child, _) in list(self._running.items()):
            death = child.death
            if death is not None:
                deaths.append(death)
                child.close()
                del self._running[key]
        return "; ".join(deaths) or None

    def _is_one_dead(self) -> bool:
        return any(child.has_ended for child, _ in self._running.values())

    def close(self) -> None:
        """End all of them."""
        for child, _ in self._running.values():
            child.close()
        self._running.clear()
