"""The kinds of hosts that are simulated, and how shares of runs are written."""

from __future__ import annotations

from scipy import stats

from tests.hosts import HostLaw

DWELLS_S = (0.02, 0.1, 0.5, 2.0, 5.0)

TWO_SPEEDS = {
    f"two speeds, half slow, dwell {dwell_s:g} s": HostLaw(
        dwell_s=dwell_s, bad_launches=0.02, drift=0.05
    )
    for dwell_s in DWELLS_S
}
CROWDED = {
    "one usable core": HostLaw(cores=1, dwell_s=0.1),
    "two other busy programs": HostLaw(foreign=2),
    "one busy program, coming and going": HostLaw(foreign=1, foreign_dwell_s=5.0),
    "two programs that compute in bursts": HostLaw(
        foreign=2, foreign_dwell_s=0.26, foreign_share=0.2
    ),
    "two virtual cores of one real core": HostLaw(shared_pace=0.665),
    "virtual cores that share now and then": HostLaw(shared_pace=0.665, shared_dwell_s=5.0),
    "a quota of 1.5 CPUs": HostLaw(quota_cores=1.5),
    "two speeds and one busy program": HostLaw(dwell_s=0.1, foreign=1, foreign_dwell_s=2.0),
}
COVERED = {"one speed, noisy launches": HostLaw(bad_launches=0.1, launch_noise=0.04)} | TWO_SPEEDS
CORES = (1, 2, 4, 8, 16, 64, 192)


def share(count: int, of: int) -> str:
    """``19 of 20 [0.75, 1.00]``, with the exact 95 % interval of Clopper and Pearson."""
    interval = stats.binomtest(count, of).proportion_ci()
    return f"{count} of {of} [{interval.low:.3f}, {interval.high:.3f}]"
