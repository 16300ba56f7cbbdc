"""C8: CPU counts and the default size of a Pool under a cgroup CPU quota."""

from __future__ import annotations

import math

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome


def question(setting: Setting) -> Question | NotApplicable:
    quota = setting.host.cgroup_quota_cores
    if quota is None or math.ceil(quota) >= len(setting.host.affinity):
        return NotApplicable(
            "no CPU quota below the cores that may be used: run it in a container with --cpus=1"
        )
    within_quota = math.ceil(quota)

    def keeps_to_quota(trial: Trial) -> bool:
        return bool(max(trial["cpu_count"], trial["pool_size"]) <= within_quota)

    def exceeds_quota(trial: Trial) -> bool:
        return not keeps_to_quota(trial)

    experiment = setting.trials("pool-size", launch_s=0.2)
    return behaviour.contradicted(
        share(experiment, "pools no larger than the CPU quota", keeps_to_quota),
        share(experiment, "pools larger than the CPU quota", exceeds_quota),
    )


CLAIMS = (
    Claim(
        id="C8",
        statement="os.cpu_count() and a Pool's default size follow a container's CPU quota",
        family="pool",
        source=(
            "Linux, cpu.max of cgroup v2 (cpu.cfs_quota_us of v1); gh-80235 (os.cpu_count() in "
            "containers)"
        ),
        explanation=(
            "docker --cpus and the CPU limits of Kubernetes set a quota: so many microseconds of "
            "all cores together per period. They hide no core, and CPython up to 3.14 reads "
            "none: os.cpu_count(), os.process_cpu_count() and so a Pool without a size count the "
            "cores of the host. Its processes then stop together until the next period. From 3.13 "
            "on PYTHON_CPU_COUNT sets the number."
        ),
        measured=(
            "In a container, or any cgroup, with a CPU quota below its cores, os.cpu_count() and "
            "the size of a Pool made without one are read."
        ),
        rule=behaviour.contradicted_rule(
            "neither number exceeds the quota, rounded up to whole cores", "one of them exceeds it"
        ),
        meaning=(
            "REFUTED means that in a container with a quota you pass the size of a Pool "
            "yourself; PROVED means that the default fits."
        ),
        surprise=(
            "A container with one CPU looks like a computer with one. On a host of 64 cores a Pool "
            "in it has 64 processes, which share one core and 64 times the memory."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=question,
    ),
)
