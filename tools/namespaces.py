"""Network namespaces in place of hosts: each with its own address and loopback, on a bridge to this machine.

What a process that was killed has left of them is removed by the next one. Needs Linux, root and ``ip`` of iproute2.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Self

from tools.far_link import FarLinks
from tools.net_record import NetRecord, ip


class Namespaces:
    """Network namespaces that are there until the end of a ``with`` statement.

    Attributes:
        gate: The address of this machine, as the namespaces reach it.
    """

    def __init__(self, names: Sequence[str], net: int = 88, round_trip_s: float = 0.0) -> None:
        """Name them.

        Args:
            names: One name of up to 8 characters for each.
            net: Their addresses are 10.NET.0.x, which nothing else may use here.
            round_trip_s: How long it takes from them to this machine and back, beyond what it takes.
        """
        self._names, self._net, self._round_trip_s = names, net, round_trip_s
        self._bridge = f"gbr{net}"
        self.gate = f"10.{net}.0.1"
        self._record = NetRecord(f"net-{net}")
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as made:
            made.enter_context(self._record)
            links = None
            if self._round_trip_s:
                links = FarLinks(self._round_trip_s / 2)
                made.callback(links.close)
            else:
                self._record.add("link", self._bridge, "type", "bridge")
                ip("addr", "add", f"{self.gate}/24", "dev", self._bridge)
                ip("link", "set", self._bridge, "up")
            for number, name in enumerate(self._names, start=2):
                self._record.add("netns", self._space(name))
                ip("-n", self._space(name), "link", "set", "lo", "up")
                address = f"10.{self._net}.0.{number}"
                if links is None:
                    self._join_bridge(name, address)
                else:
                    self._join_far(links, name, address)
            self._stack = made.pop_all()
        return self

    def _join_bridge(self, name: str, address: str) -> None:
        space, end = self._space(name), self._end(name)
        self._record.add("link", end, "type", "veth", "peer", "name", "eth0", "netns", space)
        ip("link", "set", end, "master", self._bridge, "up")
        ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
        ip("-n", space, "link", "set", "eth0", "up")

    def _join_far(self, links: FarLinks, name: str, address: str) -> None:
        space, end, far_end = self._space(name), self._end(name), f"w{self._net}{name}"
        links.join(end, far_end)
        ip("link", "set", far_end, "netns", space)
        ip("addr", "add", self.gate, "peer", address, "dev", end)
        ip("link", "set", end, "up")
        ip("-n", space, "addr", "add", address, "peer", self.gate, "dev", far_end)
        ip("-n", space, "link", "set", far_end, "up")

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def words(self, name: str) -> list[str]:
        """What a command line begins with whose process is to be in a namespace."""
        return ["ip", "netns", "exec", self._space(name)]

    def cut(self, name: str) -> None:
        """Take the network of a namespace away."""
        ip("link", "set", self._end(name), "down")

    def mend(self, name: str) -> None:
        """Give it back."""
        ip("link", "set", self._end(name), "up")

    def _space(self, name: str) -> str:
        return f"gb{self._net}{name}"

    def _end(self, name: str) -> str:
        """The end of a namespace's connection that is outside of it."""
        return f"v{self._net}{name}"


def why_none() -> str:
    """Why namespaces cannot be made here; empty where they can."""
    if shutil.which("ip") is None:
        return "there is no command ip"
    if os.geteuid() != 0:
        return "network namespaces need root"
    try:
        with Namespaces(["try"], net=89):
            return ""
    except (OSError, subprocess.SubprocessError) as error:
        return f"network namespaces cannot be made ({error})"
