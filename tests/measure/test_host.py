"""Reading a host from files that look like those of other machines: quotas, processors, warnings."""

import platform
from types import SimpleNamespace

import msgspec
import pytest
from tests import synthetic

from gilbench.measure import host
from gilbench.measure.cores import CoreTimes
from gilbench.measure.host import _cgroup_quota, _model, _warnings, usable_cores

CPUINFO = """processor\t: 0
model name\t: Synthetic(R) Core 9 @ 4.20GHz
flags\t\t: fpu vme hypervisor lahf_lm
"""
PLENTY_BYTES = 4 << 30


@pytest.fixture
def cgroup(tmp_path):
    """Write a membership file and a tree of control files; read the quota that follows."""

    def read(membership, files):
        mount = tmp_path / "cgroup"
        mount.mkdir()
        for path, content in files.items():
            (mount / path).parent.mkdir(parents=True, exist_ok=True)
            (mount / path).write_text(content)
        (tmp_path / "self").write_text(membership)
        return _cgroup_quota(tmp_path / "self", mount)

    return read


@pytest.mark.parametrize(
    ("membership", "files", "cores"),
    [
        ("0::/\n", {"cpu.max": "150000 100000\n"}, 1.5),
        ("0::/\n", {"cpu.max": "max 100000\n"}, None),
        (
            "0::/a/b\n",
            {"a/b/cpu.max": "max 100000", "a/cpu.max": "200000 100000", "cpu.max": "max 100000"},
            2.0,
        ),
        ("0::/a/b\n", {"a/b/cpu.max": "400000 100000", "a/cpu.max": "50000 100000"}, 0.5),
        ("0::/docker/of/the/host\n", {"cpu.max": "100000 100000"}, 1.0),
        ("0::/../..\n", {"cpu.max": "100000 100000"}, 1.0),
        ("0::/\n", {}, None),
        ("0::/\n", {"cpu.max": "nonsense"}, None),
        ("0::/\n", {"cpu.max": ""}, None),
        ("0::/\n", {"cpu.max": "100000 0"}, None),
    ],
    ids=[
        "limit",
        "none",
        "above",
        "tightest",
        "outside-namespace",
        "above-root",
        "absent",
        "nonsense",
        "empty",
        "zero-period",
    ],
)
def test_quota_of_cgroup_v2(cgroup, membership, files, cores):
    """``cpu.max`` of the process's group and of all above it: the tightest counts, and nonsense is no limit."""
    assert cgroup(membership, files) == cores


@pytest.mark.parametrize(
    ("membership", "files", "cores"),
    [
        (
            "4:cpu,cpuacct:/box\n",
            {
                "cpu,cpuacct/box/cpu.cfs_quota_us": "250000",
                "cpu,cpuacct/box/cpu.cfs_period_us": "100000",
            },
            2.5,
        ),
        (
            "4:cpu,cpuacct:/box\n",
            {"cpu,cpuacct/cpu.cfs_quota_us": "50000", "cpu,cpuacct/cpu.cfs_period_us": "100000"},
            0.5,
        ),
        (
            "4:cpu:/box\n",
            {"cpu/box/cpu.cfs_quota_us": "-1", "cpu/box/cpu.cfs_period_us": "100000"},
            None,
        ),
        (
            "5:cpuset:/box\n3:memory:/box\n",
            {"cpuset/box/cpu.cfs_quota_us": "1", "cpuset/box/cpu.cfs_period_us": "1"},
            None,
        ),
        (
            "4:cpu:/\n0::/\n",
            {
                "cpu/cpu.cfs_quota_us": "300000",
                "cpu/cpu.cfs_period_us": "100000",
                "cpu.max": "100000 100000",
            },
            1.0,
        ),
    ],
    ids=["limit", "outside-namespace", "none", "other-controllers", "both-versions"],
)
def test_quota_of_cgroup_v1(cgroup, membership, files, cores):
    """Quota over period under the cpu controller, -1 for none; other controllers do not count."""
    assert cgroup(membership, files) == cores


@pytest.mark.parametrize("membership", ["", "1:name=systemd:/x\n", "0::/gone\n"])
def test_a_membership_that_cannot_be_understood_is_no_limit(cgroup, membership):
    """A kernel without cgroups, or with stranger ones, has no quota that we know of."""
    assert cgroup(membership, {}) is None


def test_a_host_without_cgroups_has_no_quota(tmp_path):
    """Where the files do not exist at all, nothing is limited."""
    assert _cgroup_quota(tmp_path / "nothing", tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    ("allowed", "quota", "usable"),
    [(4, None, 4), (4, 8.0, 4), (4, 2.0, 2), (4, 1.5, 1), (4, 0.3, 1), (1, None, 1), (3, 2.99, 2)],
)
def test_usable_cores_are_whole_and_at_least_one(allowed, quota, usable):
    """Half a core is none to scale to, and there is always one."""
    assert usable_cores(allowed, quota) == usable


def test_the_model_is_read_from_cpuinfo():
    """The processor's own name, without asking anything else."""
    assert _model(CPUINFO) == "Synthetic(R) Core 9 @ 4.20GHz"


@pytest.mark.parametrize(("info", "model"), [({"brand_raw": "Apple M9"}, "Apple M9"), ({}, None)])
def test_the_model_is_asked_for_where_cpuinfo_has_none(monkeypatch, info, model):
    """As on ARM and macOS; where nobody knows, it is what the platform calls it."""
    monkeypatch.setattr("cpuinfo.get_cpu_info", lambda: info)
    expected = model or platform.processor() or platform.machine()
    assert _model("processor: 0\nBogoMIPS: 50.00\n") == expected


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"usable_cores": 1}, "one usable core"),
        ({"busy_share": 0.4}, "40 % of the host's CPU time is in use by others"),
        ({"steal_share": 0.05}, "hypervisor takes 5 %"),
        ({"cgroup_quota_cores": 1.5}, "cgroup quota of 1.50 cores"),
        ({"governor": "powersave"}, "frequency governor is powersave"),
    ],
)
def test_what_disturbs_is_warned_of_with_a_remedy(changes, words):
    """Each disturbance is one warning that says what to do."""
    found = tuple(_warnings(synthetic.make_host(2, **changes), PLENTY_BYTES, None))
    assert len(found) == 1
    assert words in found[0].message and found[0].remedy


def test_a_quiet_host_has_no_warnings():
    """No warning without a reason: a quota beyond the cores and a good governor are none."""
    quiet = synthetic.make_host(2, cgroup_quota_cores=4.0, governor="performance")
    assert not list(_warnings(quiet, PLENTY_BYTES, None))


def test_battery_and_memory_are_warned_of():
    """Running on battery, and next to no free memory, both distort."""

    class Battery:
        power_plugged = False

    found = tuple(_warnings(synthetic.make_host(2), 100 << 20, Battery()))
    assert ["battery" in one.message for one in found] == [True, False]
    assert "0.1 GB of memory" in found[1].message


def test_a_host_in_words_names_what_may_be_used():
    """The cores that are left of the machine's, and the quota."""
    told = dict(host.facts(synthetic.make_host(2, logical_cores=8, cgroup_quota_cores=2.5)))
    assert told["cores"].startswith("2 usable of 8 logical")
    assert told["cgroup quota"] == "2.50 cores"


def test_this_host_can_be_looked_at(monkeypatch):
    """Whatever machine this is, looking at it gives a whole record that survives the journal."""
    monkeypatch.setattr(host, "BUSY_SAMPLE_S", 0.02)
    found = host.inspect()
    assert 1 <= found.usable_cores <= len(found.affinity) <= found.logical_cores
    assert 0 <= found.busy_share <= 1 and 0 <= found.steal_share <= 1
    assert found.model and found.kernel and found.memory_bytes > 0
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found


@pytest.mark.parametrize(
    ("stat", "seconds"),
    [
        ("usage_usec 5\nnr_throttled 3\nthrottled_usec 250000\n", 0.25),
        ("nr_throttled 3\nthrottled_time 250000000\n", 0.25),
        ("nr_periods 0\n", 0.0),
        ("throttled_usec many\n", 0.0),
    ],
)
def test_the_time_that_a_quota_took_is_summed_over_the_cgroups(tmp_path, stat, seconds):
    """Microseconds in version 2, nanoseconds in version 1; what cannot be read counts for nothing."""
    (tmp_path / "membership").write_text("0::/a/b\n")
    for place in ("mount/a/b", "mount/a"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / place / "cpu.stat").write_text(stat)
    assert host._throttled_s(tmp_path / "membership", tmp_path / "mount") == pytest.approx(
        2 * seconds
    )


def test_what_this_process_does_meanwhile_is_not_the_work_of_others(monkeypatch):
    """Cores that this process alone kept busy count as idle."""
    own_s = iter([10.0, 10.4])
    uses = iter([CoreTimes((5.0, 5.0), 0.0), CoreTimes((5.4, 5.1), 0.0)])
    now_s = iter([100.0, 100.5, 100.5])
    monkeypatch.setattr(host.cores, "read", lambda: next(uses))
    clock = SimpleNamespace(
        process_time=lambda: next(own_s), monotonic=lambda: next(now_s), sleep=lambda seconds: None
    )
    monkeypatch.setattr(host, "time", clock)
    done = []
    assert host._use_of_cores(0.3, lambda: done.append(1)) == (0.1, 0.0)
    assert done == [1]
