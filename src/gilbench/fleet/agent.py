"""What runs on a worker: functions that Dask calls there with JSON, and that answer in JSON."""

from __future__ import annotations

import hashlib
import platform
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import distributed
from distributed import Status

from gilbench import __version__
from gilbench.fleet.attendance import Attendance
from gilbench.fleet.messages import HostOrder, Restored, decode, encode
from gilbench.fleet.station import Station, remove_old_stations
from gilbench.measure.bundle import digest, make_target_bundle
from gilbench.model import InputError, one_line
from gilbench.model.fleets import HostFacts

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # one for a machine and everything within it
PLANNING_LIMIT_S = 300.0
REFUSAL = "gilbench: "  # what an answer begins with that is no JSON but a reason


def topic_of(fleet: str) -> str:
    """Under which topic of Dask's events the hosts of a fleet send what is new."""
    return f"gilbench-fleet-{fleet}"


def own_target_code() -> str:
    """The digest of the code that launches run here.

    Raises:
        InputError: There is none.
    """
    with tempfile.TemporaryDirectory(prefix="fleet-code-") as folder:
        return digest(make_target_bundle(Path(folder)))


def introduce() -> str:
    """What this host says of itself."""
    return _answered(_introduce)


def plan(request: str) -> str:
    """What a request, as JSON, would measure here."""
    return _answered(lambda: _planned(request))


def attend(order: str) -> str:
    """Have this host's part measured, and send what is new until it has ended."""
    return _answered(lambda: _attend(decode(order, HostOrder)))


def restore(restored: str) -> str:
    """Take the run as the coordinator has it."""
    return _answered(lambda: _restore(decode(restored, Restored)))


async def stop(fleet: str, host: str) -> str:
    """Ask the run to end as an interrupt would; asynchronous, as what is not waited for must be."""
    return _answered(lambda: _stop(fleet, host))


async def supersede(fleet: str, host: str, attempt: int) -> str:
    """Have earlier attempts here end, for one is about to begin."""
    return _answered(lambda: _supersede(fleet, host, attempt))


def _answered(answer: Callable[[], str]) -> str:
    """An answer, or the reason why there is none; an exception would be sent as a pickle."""
    try:
        return answer()
    except InputError as error:
        return f"{REFUSAL}{one_line(str(error))}"
    except OSError as error:
        where = "" if error.filename is None else f"{error.filename}: "
        return f"{REFUSAL}{one_line(f'{where}{error.strerror}')}"


def _introduce() -> str:
    remove_old_stations()
    facts = HostFacts(
        hostname=socket.gethostname(),
        machine=machine_digest(),
        gilbench=__version__,
        distributed=version("distributed"),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        target_code=own_target_code(),
    )
    return encode(facts)


def machine_digest() -> str:
    """The same for all workers of one machine, in whatever container or network they are."""
    try:
        mark = BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        mark = f"{socket.gethostname()} {uuid.getnode()}"
    return hashlib.sha256(mark.encode()).hexdigest()[:12]


def _planned(request: str) -> str:
    """Composed in a process apart from the worker, which stays as small as it is."""
    command = [sys.executable, "-P", "-m", "gilbench.fleet.planning"]
    try:
        done = subprocess.run(
            command,
            input=request,
            capture_output=True,
            text=True,
            timeout=PLANNING_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InputError(f"it was not planned within {PLANNING_LIMIT_S:g} s") from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"its planning ended with {done.returncode}"]
        raise InputError(lines[-1].removeprefix(REFUSAL))
    return done.stdout


def _attend(order: HostOrder) -> str:
    worker = distributed.get_worker()
    topic = topic_of(order.fleet)

    def is_leaving() -> bool:
        return worker.status not in (Status.running, Status.paused)

    return encode(
        Attendance(order, lambda text: worker.log_event(topic, text), is_leaving).follow()
    )


def _restore(restored: Restored) -> str:
    Station(restored.fleet, restored.host).restore(restored)
    return "{}"


def _supersede(fleet: str, host: str, attempt: int) -> str:
    Station(fleet, host).open(attempt)
    return "{}"


def _stop(fleet: str, host: str) -> str:
    Station(fleet, host).stop()
    return "{}"
