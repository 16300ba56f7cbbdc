"""The command that keeps a worker says what it waits for, seldom, and gives up after its limit."""

import pytest
from tests.fleet.clocks import Clock

distributed = pytest.importorskip("distributed", reason="the extra fleet is not installed")

from gilbench.fleet import serving  # noqa: E402
from gilbench.fleet.cluster import quiet_dask  # noqa: E402
from gilbench.fleet.messages import Obstacle, WorkerOrder  # noqa: E402
from gilbench.fleet.station import words_of_command  # noqa: E402
from gilbench.model import InputError  # noqa: E402

ADDRESS = "tcp://10.0.0.1:8786"
REFUSED = Obstacle("refused", "start one: dask scheduler")


class Absent:
    """A scheduler that is not there for some tries."""

    def __init__(self, tries: int) -> None:
        self._tries = tries

    def why_no_scheduler(self, connect_limit_s: float) -> Obstacle | None:
        self._tries -= 1
        return REFUSED if self._tries >= 0 else None


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(serving, "time", made)
    return made


def served(monkeypatch, tries: int, patience_s: float, *endings: Obstacle | None) -> list[str]:
    """What is told until no ending is left, which interrupts."""
    told: list[str] = []
    left = list(endings)

    def work(order, patience, tell) -> Obstacle | None:
        if not left:
            raise KeyboardInterrupt
        if (ending := left.pop(0)) is None:
            patience.rest()
        return ending

    monkeypatch.setattr(serving, "_work", work)
    with pytest.raises(KeyboardInterrupt):
        serving.serve(Absent(tries), WorkerOrder(ADDRESS, "a", ()), patience_s, told.append)
    return told


def test_it_says_at_once_what_it_waits_for_and_then_seldom(monkeypatch, clock):
    """Three minutes are one line and three reminders."""
    told = served(monkeypatch, 91, 600.0)
    assert told[0] == (
        f"waits up to 600 s to join a scheduler at {ADDRESS} (refused); start one: dask scheduler"
    )
    assert len(told) == 4
    assert told[3] == f"still waits for {ADDRESS}, for 180 s (refused)"


def test_it_gives_up_after_its_limit(monkeypatch, clock):
    """With the last reason and the option that lets it wait longer."""
    began_s = clock.now_s
    with pytest.raises(InputError, match=r"for 600 s \(refused\); .* with --patience"):
        served(monkeypatch, 1000, 600.0)
    assert 600 <= clock.now_s - began_s < 610


def test_it_waits_anew_after_it_had_joined(monkeypatch, clock):
    """And a worker that cannot join counts as waiting."""
    taken = Obstacle("another worker there is called a", "give another --name")
    told = served(monkeypatch, 1, 8.0, *[taken] * 3, None, *[taken] * 3)
    assert [line for line in told if "waits up to" in line] == [
        f"waits up to 8 s to join a scheduler at {ADDRESS} (refused); start one: dask scheduler",
        f"waits up to 8 s to join a scheduler at {ADDRESS} (another worker there is called a); "
        "give another --name",
    ]


def test_no_process_imports_from_the_working_folder():
    """It may be anybody's, as a repository that was just cloned."""
    order = WorkerOrder("tcp://127.0.0.1:1", None, ())
    for words in (serving.worker_command(order), words_of_command(["run"])):
        assert words[1] == "-P"


def test_a_real_worker_joins_and_a_second_of_its_name_cannot():
    """Its process says so, and ends with the command that keeps it."""
    told: list[str] = []
    with (
        quiet_dask(),
        distributed.LocalCluster(
            n_workers=0, processes=False, protocol="tcp", dashboard_address="127.0.0.1:0"
        ) as cluster,
    ):
        order = WorkerOrder(cluster.scheduler_address, "alpha", ())
        scheduler = cluster.scheduler

        def tell(line: str) -> None:
            told.append(line)
            assert {worker.name for worker in scheduler.workers.values()} == {"alpha"}
            second = serving._work(order, patience, pytest.fail)
            assert second == Obstacle("another worker there is called alpha", "give another --name")
            raise KeyboardInterrupt

        patience = serving.Patience(order.address, 60.0, told.append)
        with pytest.raises(KeyboardInterrupt):
            serving._work(order, patience, tell)
    assert told == [f"joined {order.address}; this host measures what fleets ask for"]
