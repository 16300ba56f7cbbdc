"""Keeps a Dask worker on this host that measures for fleets, and starts it again when it ends.

A worker of Dask ends when its scheduler does; the next one joins the scheduler that comes after.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from gilbench.fleet.cluster import RESOURCE, TlsFiles

RESTART_S = 2.0


def worker_command(address: str, name: str | None, tls: TlsFiles | None) -> list[str]:
    """The command line of the worker: Dask's own, for one measurement at a time."""
    words = [sys.executable, "-P", "-m", "distributed.cli.dask_worker", address]
    words += ["--no-nanny", "--nworkers", "1", "--nthreads", "1", "--resources", f"{RESOURCE}=1"]
    words += ["--no-dashboard", "--memory-limit", "0"]
    words += ["--name", name] if name else []
    if tls is not None:
        words += ["--tls-ca-file", str(tls.ca_file), "--tls-cert", str(tls.cert)]
        words += ["--tls-key", str(tls.key)]
    return words


def serve(command: Sequence[str], tell: Callable[[str], None]) -> None:
    """Run the worker, again and again, until this process is interrupted.

    Args:
        command: The command line of the worker.
        tell: Gets a line whenever it ended.
    """
    process: subprocess.Popen[bytes] | None = None
    try:
        while True:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
            code = process.wait()
            tell(f"the worker ended with {code}; it is started again")
            time.sleep(RESTART_S)
    except KeyboardInterrupt:
        if process is not None:
            with contextlib.suppress(OSError):
                process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
        raise
