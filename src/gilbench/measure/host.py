"""The machine: what a run may use of it, what disturbs it, and what to do about that."""

from __future__ import annotations

import contextlib
import math
import os
import platform
import re
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil

from gilbench.measure import cores
from gilbench.model import Host, HostWarning

BUSY_SAMPLE_S = 0.3
BUSY_LIMIT = 0.15  # of the usable cores: more than this and a control of two spinning processes falls below 1.75
STEAL_LIMIT = 0.02
LOW_MEMORY_BYTES = 1 << 30


def inspect(busy_sample_s: float = BUSY_SAMPLE_S) -> Host:
    """Look at the host.

    Args:
        busy_sample_s: Seconds over which to see how busy its cores are; with 0 they count as idle.
    """
    affinity = _affinity()
    quota = _cgroup_quota(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))
    busy_share, steal_share = _use_of_cores(busy_sample_s) if busy_sample_s else (0.0, 0.0)
    cpuinfo = _read(Path("/proc/cpuinfo"))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    host = Host(
        model=_model(cpuinfo),
        logical_cores=psutil.cpu_count() or 1,
        physical_cores=psutil.cpu_count(logical=False),
        usable_cores=usable_cores(len(affinity), quota),
        affinity=affinity,
        cgroup_quota_cores=quota,
        memory_bytes=psutil.virtual_memory().total,
        kernel=f"{platform.system()} {platform.release()}",
        container=_container(),
        virtualised=bool(re.search(r"^flags\s*:.*\bhypervisor\b", cpuinfo, re.MULTILINE)),
        governor=_read(Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")).strip() or None,
        load_1min=round(load, 2),
        busy_share=busy_share,
        steal_share=steal_share,
    )
    return _with_warnings(host, psutil.virtual_memory().available, psutil.sensors_battery())


def _use_of_cores(sample_s: float) -> tuple[float, float]:
    """Shares of all cores' time that were busy and stolen over a while. (psutil's own percentages are wrong for
    samples of less than a CPU second in all.)"""
    before, began_s = cores.read(), time.monotonic()
    time.sleep(sample_s)
    use = cores.read().since(before)
    all_s = (time.monotonic() - began_s) * len(use.busy_s)
    return round(min(1.0, sum(use.busy_s) / all_s), 3), round(min(1.0, use.steal_s / all_s), 3)


def usable_cores(allowed: int, quota_cores: float | None) -> int:
    """Whole cores that affinity and quota leave; at least 1."""
    return max(1, allowed if quota_cores is None else min(allowed, math.floor(quota_cores)))


def facts(host: Host) -> list[tuple[str, str]]:
    """The host in words, a fact at a time, its warnings left out."""
    return [
        ("processor", host.model),
        (
            "cores",
            f"{host.usable_cores} usable of {host.logical_cores} logical, {host.physical_cores or 'unknown'} physical",
        ),
        ("affinity", ", ".join(map(str, host.affinity))),
        ("cgroup quota", "none" if host.cgroup_quota_cores is None else f"{host.cgroup_quota_cores:.2f} cores"),
        ("memory", f"{host.memory_bytes / 1e9:.1f} GB"),
        ("system", host.kernel),
        ("virtualisation", host.container or ("virtual machine" if host.virtualised else "none seen")),
        ("governor", host.governor or "not visible"),
        (
            "in use by others",
            f"{host.busy_share:.0%} of the CPU time, {host.steal_share:.0%} stolen; load {host.load_1min}",
        ),
    ]


def _with_warnings(host: Host, available_bytes: int, battery: object) -> Host:
    warnings = []

    def warn(message: str, remedy: str) -> None:
        warnings.append(HostWarning(message, remedy))

    if host.usable_cores == 1:
        warn("one usable core: claims about several cores do not apply", "give the run two cores or more")
    if host.busy_share > BUSY_LIMIT:
        warn(
            f"{host.busy_share:.0%} of the host's CPU time is in use by others",
            "end other work, or wait for it; a busy host makes verdicts INCONCLUSIVE",
        )
    if host.steal_share > STEAL_LIMIT:
        warn(f"the hypervisor takes {host.steal_share:.0%} of the CPU time", "use a dedicated machine or another hour")
    if host.cgroup_quota_cores is not None and host.cgroup_quota_cores < len(host.affinity):
        warn(
            f"a cgroup quota of {host.cgroup_quota_cores:.2f} cores throttles this process",
            "raise the container's CPU limit to whole cores, or pin it to cores (--cpuset-cpus)",
        )
    if host.governor in ("powersave", "ondemand", "conservative"):
        warn(
            f"the frequency governor is {host.governor}: clocks change while measuring",
            "cpupower frequency-set -g performance",
        )
    if getattr(battery, "power_plugged", True) is False:
        warn("running on battery: clocks are lowered", "plug the machine in")
    if available_bytes < LOW_MEMORY_BYTES:
        warn(f"only {available_bytes / 1e9:.1f} GB of memory are free", "free memory, for swapping distorts every time")
    return msgspec.structs.replace(host, warnings=tuple(warnings))


def _affinity() -> tuple[int, ...]:
    try:
        return tuple(sorted(psutil.Process().cpu_affinity()))
    except (AttributeError, psutil.Error):  # macOS has no affinity
        return tuple(range(psutil.cpu_count() or 1))


def _cgroup_quota(membership: Path, mount: Path) -> float | None:
    """The tightest CPU quota of this process's cgroup and the ones above it, in cores; v2 (cpu.max) and v1."""
    quotas = [_quota_at(place) for place in _cgroups(membership, mount)]
    return min((quota for quota in quotas if quota is not None), default=None)


def _cgroups(membership: Path, mount: Path) -> Iterator[Path]:
    """The folders of this process's cgroup and of those above it, as far as they are about the CPU."""
    for line in _read(membership).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        root = mount / controllers if controllers else mount
        folder = root / path.lstrip("/")
        for place in [folder, *folder.parents]:
            if place == root.parent:
                break
            yield place


def _quota_at(place: Path) -> float | None:
    words = _read(place / "cpu.max").split() or [
        _read(place / "cpu.cfs_quota_us").strip(),
        _read(place / "cpu.cfs_period_us").strip(),
    ]
    with contextlib.suppress(ValueError, IndexError, ZeroDivisionError):
        quota, period = float(words[0]), float(words[1])
        return quota / period if quota > 0 else None
    return None


def throttled_s() -> float:
    """Seconds for which CPU quotas have stopped this process's cgroups since they were made; 0 where none is seen."""
    return _throttled_s(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))


def _throttled_s(membership: Path, mount: Path) -> float:
    return sum(_throttled_at(place) for place in _cgroups(membership, mount))


def _throttled_at(place: Path) -> float:
    """``cpu.stat``: v2 counts microseconds, v1 nanoseconds."""
    stats = dict(line.split() for line in _read(place / "cpu.stat").splitlines() if len(line.split()) == 2)
    with contextlib.suppress(ValueError):
        return int(stats.get("throttled_usec", 0)) / 1e6 + int(stats.get("throttled_time", 0)) / 1e9
    return 0.0


def _container() -> str | None:
    for kind, mark in (("docker", "/.dockerenv"), ("podman", "/run/.containerenv")):
        if Path(mark).exists():
            return kind
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "kubernetes"
    return os.environ.get("container")  # noqa: SIM112 - systemd spells it so


def _model(cpuinfo: str) -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return found.group(1).strip() if found else platform.processor() or platform.machine()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
