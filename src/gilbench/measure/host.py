"""The machine: what a run may use of it, what disturbs measurements on it, and the remedies."""

from __future__ import annotations

import contextlib
import math
import os
import platform
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psutil

from gilbench.measure import cores
from gilbench.measure.abilities import not_done
from gilbench.model import Host, HostWarning, one_line

BUSY_SAMPLE_S = 0.3
# Of all cores' time. Above this, a ceiling control of two processes falls below 1.75.
BUSY_LIMIT = 0.15
STEAL_LIMIT = 0.02
LOW_MEMORY_BYTES = 1 << 30


def rest() -> None:
    """Do nothing while the host is looked at."""


def inspect(busy_sample_s: float = BUSY_SAMPLE_S, meanwhile: Callable[[], object] = rest) -> Host:
    """Inspect the host, and warn of what disturbs measurements on it.

    Args:
        busy_sample_s: Seconds over which to see how busy its cores are, at least; with 0 they count
            as idle.
        meanwhile: Called during these; what it does in this process does not count as busy.
    """
    affinity = _affinity()
    quota = _cgroup_quota(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))
    busy_share = steal_share = 0.0
    if busy_sample_s:
        busy_share, steal_share = _use_of_cores(busy_sample_s, meanwhile)
    cpuinfo = _read(Path("/proc/cpuinfo"))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    host = Host(
        model=one_line(_model(cpuinfo)),
        logical_cores=cores.logical(),
        physical_cores=psutil.cpu_count(logical=False),
        usable_cores=usable_cores(len(affinity), quota),
        affinity=affinity,
        cgroup_quota_cores=quota,
        memory_bytes=psutil.virtual_memory().total,
        kernel=one_line(f"{platform.system()} {platform.release()}"),
        container=_container(),
        virtualised=bool(re.search(r"^flags\s*:.*\bhypervisor\b", cpuinfo, re.MULTILINE)),
        governor=_read(Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")).strip()
        or None,
        load_1min=round(load, 2),
        busy_share=busy_share,
        steal_share=steal_share,
        not_done=not_done(),
    )
    available_bytes = psutil.virtual_memory().available
    warnings = tuple(_warnings(host, available_bytes, psutil.sensors_battery()))
    return msgspec.structs.replace(host, warnings=warnings)


def _use_of_cores(sample_s: float, meanwhile: Callable[[], object]) -> tuple[float, float]:
    """The shares of all cores' time that others used and that were stolen over a sample.

    The percentages of psutil are not used: they are wrong where a sample has less than one CPU
    second in all.
    """
    before, began_s, own_before_s = cores.read(), time.monotonic(), time.process_time()
    meanwhile()
    time.sleep(max(0.0, sample_s - (time.monotonic() - began_s)))
    use, own_s = cores.read().since(before), time.process_time() - own_before_s
    all_s = (time.monotonic() - began_s) * len(use.busy_s)
    others_s = max(0.0, sum(use.busy_s) - own_s)
    return round(min(1.0, others_s / all_s), 3), round(min(1.0, use.steal_s / all_s), 3)


def usable_cores(allowed: int, quota_cores: float | None) -> int:
    """The whole cores that affinity and quota leave, but at least 1."""
    if quota_cores is not None:
        allowed = min(allowed, math.floor(quota_cores))
    return max(1, allowed)


def facts(host: Host) -> list[tuple[str, str]]:
    """The host in words, as pairs of a name and a value; warnings are left out."""
    cores_in_words = (
        f"{host.usable_cores} usable of {host.logical_cores} logical, "
        f"{host.physical_cores or 'unknown'} physical"
    )
    quota = "none"
    if host.cgroup_quota_cores is not None:
        quota = f"{host.cgroup_quota_cores:.2f} cores"
    use_by_others = (
        f"{_percent(host.busy_share)} of the CPU time, {_percent(host.steal_share)} stolen; "
        f"load {host.load_1min}"
    )
    virtualisation = host.container or ("virtual machine" if host.virtualised else "none seen")
    return [
        ("processor", host.model),
        ("cores", cores_in_words),
        ("affinity", ", ".join(map(str, host.affinity))),
        ("cgroup quota", quota),
        ("memory", f"{host.memory_bytes / 1e9:.1f} GB"),
        ("system", host.kernel),
        ("virtualisation", virtualisation),
        ("governor", host.governor or "not visible"),
        ("in use by others", use_by_others),
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _warnings(host: Host, available_bytes: int, battery: object) -> Iterator[HostWarning]:
    if host.usable_cores == 1:
        yield HostWarning(
            "one usable core: claims about several cores do not apply",
            "give the run two cores or more",
        )
    if host.busy_share > BUSY_LIMIT:
        yield HostWarning(
            f"{_percent(host.busy_share)} of the host's CPU time is in use by others",
            "end other work, or wait for it",
        )
    if host.steal_share > STEAL_LIMIT:
        yield HostWarning(
            f"the hypervisor takes {_percent(host.steal_share)} of the CPU time",
            "use a dedicated machine or another hour",
        )
    quota_cores = host.cgroup_quota_cores
    if quota_cores is not None and quota_cores < len(host.affinity):
        yield HostWarning(
            f"a cgroup quota of {quota_cores:.2f} cores throttles this process",
            "raise the container's CPU limit to whole cores, or pin it to cores (--cpuset-cpus)",
        )
    if host.governor in ("powersave", "ondemand", "conservative"):
        yield HostWarning(
            f"the frequency governor is {host.governor}: clocks change while measuring",
            "cpupower frequency-set -g performance",
        )
    if getattr(battery, "power_plugged", True) is False:
        yield HostWarning("running on battery: clocks are lowered", "plug the machine in")
    if available_bytes < LOW_MEMORY_BYTES:
        yield HostWarning(
            f"only {available_bytes / 1e9:.1f} GB of memory are free",
            "free memory, for swapping distorts every time",
        )


def _affinity() -> tuple[int, ...]:
    """The cores that this process may run on: all of them where the system does not say."""
    return tuple(sorted(cores.usable())) or tuple(range(cores.logical()))


def _cgroup_quota(membership: Path, mount: Path) -> float | None:
    """The tightest CPU quota, in cores, of this process's cgroup and of those above it.

    Args:
        membership: ``/proc/self/cgroup``.
        mount: Where cgroups are mounted; version 1 and version 2 are read.
    """
    quotas = [_quota_at(folder) for folder in _cgroups(membership, mount)]
    return min((quota for quota in quotas if quota is not None), default=None)


def _cgroups(membership: Path, mount: Path) -> Iterator[Path]:
    """The folders of this process's cgroup and of those above it that control the CPU."""
    for line in _read(membership).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        root = mount / controllers if controllers else mount
        innermost = root / path.lstrip("/")
        for folder in [innermost, *innermost.parents]:
            if folder == root.parent:
                break
            yield folder


def _quota_at(folder: Path) -> float | None:
    words = _read(folder / "cpu.max").split()  # version 2
    if not words:
        words = [
            _read(folder / "cpu.cfs_quota_us").strip(),
            _read(folder / "cpu.cfs_period_us").strip(),
        ]
    with contextlib.suppress(ValueError, IndexError, ZeroDivisionError):
        quota, period = float(words[0]), float(words[1])
        return quota / period if quota > 0 else None
    return None


def throttled_s() -> float:
    """Seconds for which CPU quotas have stopped this process's cgroups since these were made.

    It is 0 where none is seen.
    """
    return _throttled_s(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))


def _throttled_s(membership: Path, mount: Path) -> float:
    return sum(_throttled_at(folder) for folder in _cgroups(membership, mount))


def _throttled_at(folder: Path) -> float:
    """From ``cpu.stat``: version 2 counts microseconds, version 1 nanoseconds."""
    stats = {}
    for line in _read(folder / "cpu.stat").splitlines():
        words = line.split()
        if len(words) == 2:
            stats[words[0]] = words[1]
    with contextlib.suppress(ValueError):
        microseconds = int(stats.get("throttled_usec", 0))
        nanoseconds = int(stats.get("throttled_time", 0))
        return microseconds / 1e6 + nanoseconds / 1e9
    return 0.0


def _container() -> str | None:
    for kind, mark in (("docker", "/.dockerenv"), ("podman", "/run/.containerenv")):
        if Path(mark).exists():
            return kind
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "kubernetes"
    return os.environ.get("container")  # noqa: SIM112 - systemd spells it so


def _model(cpuinfo: str) -> str:
    """The processor's name, which is part of what tells hosts apart.

    Linux on ARM and macOS tell it elsewhere than in ``/proc/cpuinfo``.
    """
    line = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    if line:
        return line[1].strip()
    from cpuinfo import get_cpu_info  # asks other programs, and takes 0.2 s or more

    name = get_cpu_info().get("brand_raw", "")
    return name or platform.processor() or platform.machine()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
