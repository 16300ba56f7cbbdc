"""What of a host and its interpreters must agree before two absolute times mean the same."""

from __future__ import annotations

import hashlib

from gilbench.model import Host, Target

OF_BUILD = (
    "version",
    "implementation",
    "compiler",
    "free_threaded_build",
    "debug_build",
    "optimised_build",
    "lto_build",
)


def of_host(host: Host) -> dict[str, str]:
    """What times depend on in a host, by name."""
    quota = host.cgroup_quota_cores
    return {
        "processor": host.model,
        "logical cores": str(host.logical_cores),
        "physical cores": str(host.physical_cores or "unknown"),
        "usable cores": str(host.usable_cores),
        "quota": "none" if quota is None else f"{quota:g} cores",
        "memory": f"{host.memory_bytes / 2**30:.0f} GiB",
        "kernel": host.kernel,
        "governor": str(host.governor),
        "container": str(host.container),
        "virtualised": str(host.virtualised),
    }


def of_build(target: Target) -> str:
    """What times depend on in an interpreter: its build and its settings."""
    settings = f",{target.settings}" if str(target.settings) else ""
    return ", ".join(str(getattr(target.description, name)) for name in OF_BUILD) + settings


def in_words(host: Host) -> str:
    """What times depend on in a host, in one line.

    Equal where times of two hosts are comparable.
    """
    return ", ".join(f"{name} {value}" for name, value in of_host(host).items())


def short(host: Host) -> str:
    """A short name for a host, which changes with whatever times depend on."""
    return hashlib.sha256(in_words(host).encode()).hexdigest()[:12]
