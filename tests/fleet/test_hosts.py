"""Which worker is which host."""

from gilbench.fleet.cluster import Worker
from gilbench.fleet.hosts import HostRegister, as_name
from gilbench.model.fleets import HostFacts
from gilbench.results.fleet_folder import NAME


def worker(address: str, name: str = "", ip: str = "10.0.0.1") -> Worker:
    return Worker(address, name, ip, {})


def facts(hostname: str = "vm") -> HostFacts:
    return HostFacts(hostname, "machine", "0.1.0", "2026.8.0", "CPython 3.11.7", "code")


def test_a_host_is_named_by_its_worker_or_by_itself(tmp_path):
    """A second worker of the same host measures nothing; one of the same name elsewhere does."""
    register = HostRegister(tmp_path, {})
    present = {"a", "b", "c", "d"}
    assert register.admit(worker("a"), facts(), present).name == "vm"
    assert register.admit(worker("b"), facts(), present) is None
    assert register.admit(worker("c", ip="10.0.0.2"), facts(), present).name == "vm-10.0.0.2"
    assert register.admit(worker("d", name="gpu"), facts(), present).name == "gpu"


def test_a_host_that_comes_back_is_the_same_host(tmp_path):
    """Whatever its address is then."""
    register = HostRegister(tmp_path, {})
    first = register.admit(worker("a"), facts(), {"a"})
    assert register.admit(worker("b"), facts(), {"b"}) is first
    assert first.address == "b"


def test_every_name_can_be_that_of_a_folder():
    """And of no folder above it."""
    for text in ("../../etc", "", "a/b", ".hidden", "ü", "x" * 300, "tls://1.2.3.4:5", "\n"):
        assert NAME.fullmatch(as_name(text))
