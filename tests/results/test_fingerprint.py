"""What makes two absolute times comparable: the host as far as a time depends on it, and the build."""

import msgspec
import pytest
from tests.synthetic import make_host, make_target

from gilbench.model import HostWarning, Settings
from gilbench.results import fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "Another 2"},
        {"logical_cores": 4},
        {"physical_cores": None},
        {"usable_cores": 1},
        {"cgroup_quota_cores": 1.5},
        {"memory_bytes": 16 << 30},
        {"kernel": "Linux 7"},
        {"governor": "powersave"},
        {"container": "docker"},
        {"virtualised": True},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_host_on_which_times_differ_is_another_one(changes):
    """Whatever a time may depend on changes its words and its name."""
    usual, other = make_host(), make_host(**changes)
    assert fingerprint.in_words(other) != fingerprint.in_words(usual)
    assert fingerprint.short(other) != fingerprint.short(usual)


def test_how_busy_a_host_was_does_not_make_it_another_one():
    """Its load, its warnings and which of its cores were allowed are of the moment."""
    moment = {
        "load_1min": 9.0,
        "busy_share": 0.5,
        "steal_share": 0.1,
        "affinity": (4, 5),
        "warnings": (HostWarning("busy", "wait"),),
    }
    assert fingerprint.short(make_host(**moment)) == fingerprint.short(make_host())


def test_its_words_name_each_part():
    """They stand in errors that say what differs."""
    words = fingerprint.in_words(make_host(cgroup_quota_cores=1.5, physical_cores=None))
    assert words.startswith(
        "processor Synthetic 1, logical cores 2, physical cores unknown, usable cores 2, "
    )
    assert "quota 1.5 cores, memory 8 GiB" in words


@pytest.mark.parametrize(
    "part",
    [
        *("version", "implementation", "compiler"),
        *("free_threaded_build", "debug_build", "optimised_build", "lto_build"),
    ],
)
def test_another_build_is_distinguished_from_this_one(part):
    """Each part of a build that changes how fast it is shows."""
    target = make_target()
    value = getattr(target.description, part)
    changed = f"{value} 2" if isinstance(value, str) else not value
    other = msgspec.structs.replace(
        target, description=msgspec.structs.replace(target.description, **{part: changed})
    )
    assert fingerprint.of_build(other) != fingerprint.of_build(target)


def test_settings_belong_to_the_build_and_the_path_does_not():
    """One interpreter under two settings is two; the same build in two places is one."""
    target = make_target()
    elsewhere = msgspec.structs.replace(target, executable="/elsewhere/python")
    quick = msgspec.structs.replace(target, settings=Settings(switch_interval_s=0.001))
    assert fingerprint.of_build(elsewhere) == fingerprint.of_build(target)
    assert fingerprint.of_build(quick) == f"{fingerprint.of_build(target)},switch-interval=0.001"
