"""A fleet of hosts that are processes of this machine: to be started, killed, cut off and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from tools.namespaces import Namespaces

WAIT_S = 240.0
GILBENCH = (sys.executable, "-m", "gilbench")
SCHEDULER = (sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard")


class Stage:
    """A scheduler and the workers of hosts, in network namespaces or else on loopback.

    Attributes:
        folder: Where everything is kept.
        address: The scheduler's.
    """

    def __init__(self, folder: Path, hosts: Sequence[str], spaces: Namespaces | None) -> None:
        self.folder, self._hosts, self._spaces = folder, hosts, spaces
        gate = spaces.gate if spaces else "127.0.0.1"
        with socket.create_server((gate, 0)) as free:
            self._host, self._port = free.getsockname()[:2]
        self.address = f"tcp://{self._host}:{self._port}"
        self._scheduler: subprocess.Popen | None = None
        self._workers: dict[str, subprocess.Popen] = {}
        self._commands: list[subprocess.Popen] = []

    def __enter__(self):
        self.start_scheduler()
        for host in self._hosts:
            self.start_worker(host)
        return self

    def __exit__(self, *ended) -> None:
        processes = [self._scheduler, *self._workers.values(), *self._commands]
        for process in processes:
            kill(process)

    def start_scheduler(self) -> None:
        self._scheduler = self._start(
            (*SCHEDULER, "--host", self._host, "--port", str(self._port)), "scheduler"
        )

    def restart_scheduler(self) -> None:
        """As by SIGKILL and whoever looks after it."""
        kill(self._scheduler)
        self.start_scheduler()

    def start_worker(self, host: str) -> None:
        inside = self._spaces.words(host) if self._spaces else []
        command = (*inside, *GILBENCH, "fleet", "worker", self.address, "--name", host)
        self._workers[host] = self._start(command, host)

    def kill(self, host: str) -> None:
        """The worker, its supervisor and its run, at once."""
        kill(self._workers[host])

    def cut(self, host: str) -> None:
        """Take the network of a host away; on loopback, stop its worker: nothing comes from it."""
        if self._spaces:
            self._spaces.cut(host)
        else:
            self._worker_of_dask(host).send_signal(signal.SIGSTOP)

    def mend(self, host: str) -> None:
        """Give it back."""
        if self._spaces:
            self._spaces.mend(host)
        else:
            self._worker_of_dask(host).send_signal(signal.SIGCONT)

    def begin(self, *words: str) -> subprocess.Popen:
        """Start to measure a fleet."""
        command = (*GILBENCH, "fleet", "run", "--scheduler", self.address, *words)
        return self._start(command, f"command-{len(self._commands)}", self._commands)

    def said(self) -> str:
        """What the last command said."""
        return (self.folder / f"command-{len(self._commands) - 1}.log").read_text()

    def wait(self, condition: Callable[[], object], process: subprocess.Popen) -> None:
        """Wait for a condition, as long as a command measures."""
        until_s = time.monotonic() + WAIT_S
        while not condition():
            assert process.poll() is None, self.said()
            assert time.monotonic() < until_s, self.said()
            time.sleep(0.2)

    def station(self, fleet: str, host: str) -> Path:
        """Where a host keeps its run of a fleet."""
        (run,) = (self.folder / "stations" / fleet / host / "runs").glob("2*")
        return run

    def _worker_of_dask(self, host: str) -> psutil.Process:
        (worker,) = psutil.Process(self._workers[host].pid).children()
        return worker

    def _start(
        self, command: Sequence[str], name: str, into: list[subprocess.Popen] | None = None
    ) -> subprocess.Popen:
        environment = os.environ | {"GILBENCH_FLEET_DIR": str(self.folder / "stations")}
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        if into is not None:
            into.append(process)
        return process


def kill(process: subprocess.Popen) -> None:
    """A process and all that it has started."""
    if process.poll() is None:
        tree = [psutil.Process(process.pid)]
        tree += tree[0].children(recursive=True)
        for each in tree:
            try:
                each.kill()
            except psutil.NoSuchProcess:
                continue
    process.wait()
