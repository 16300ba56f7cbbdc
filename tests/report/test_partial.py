"""Runs that were interrupted, narrowed or failed in part are reported as far as they go."""

import msgspec
import pytest
from tests.synthetic import World, make_round

from gilbench.model import Comparison, Failure, LaunchStart, Outcome, Round
from gilbench.report.write import write

LABEL = "fnv1a-thread-w2"
PART = frozenset(
    {"A16", "A18"}
)  # enough for what is told in a table or a warning, whatever else there is


def page(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


def test_a_run_of_nothing(new_run):
    """A run that was stopped before its first pair gives a page that says so, and tables without rows."""
    folder = new_run(World(launches=0), status="interrupted", ended_utc=None)
    verdicts = write(folder)
    assert {verdict.verdict for verdict in verdicts} - {Outcome.NOT_APPLICABLE} == {
        Outcome.INCONCLUSIVE
    }
    assert "No comparison has a complete pair" in page(folder)
    assert "<h1>Nothing has been measured yet</h1>" in page(folder)
    assert len((folder / "summary.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_an_empty_timeline(new_run):
    """A run whose cores were never sampled has every figure but the timeline."""
    folder = new_run(World(claims=PART, launches=2))
    (folder / "cores.jsonl").write_bytes(b"")
    write(folder)
    assert not (folder / "figures" / "core-timeline.png").exists()
    assert (folder / "figures" / "speedup.png").exists()


@pytest.mark.usefixtures("no_figures")
def test_one_launch_has_a_middle_and_no_interval(new_run):
    """One launch shows its ratio and leaves the bounds empty, in the file and on the page."""
    folder = new_run(World(claims=PART, launches=1))
    write(folder)
    header, first = [
        line.split(",")
        for line in (folder / "summary.csv").read_text(encoding="utf-8").splitlines()
    ][:2]
    row = dict(zip(header, first, strict=True))
    assert float(row["speedup"]) > 0
    assert (row["speedup_lo"], row["speedup_hi"]) == ("", "")
    shown = f"{float(row['speedup']):.2f}×"
    assert f">{shown}</data></td>" in page(folder)


@pytest.mark.usefixtures("no_figures")
def test_half_a_pair_is_no_pair(new_run):
    """A reference without its case, the last thing an interrupted run wrote, makes no row."""
    world = World()
    item = next(planned.item for planned in world.plan() if planned.item.label == LABEL)
    folder = new_run(
        world,
        [LaunchStart(item.id, 0, 1, 0.0, 1), make_round(item.id, "reference", tasks=item.tasks)],
        status="interrupted",
        ended_utc=None,
    )
    write(folder)
    assert LABEL not in (folder / "summary.csv").read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_figures")
def test_failures_are_reported_in_plain_words(new_run):
    """The page and the Markdown say what failed, how, and what became of the rest."""
    folder = new_run(
        World(claims=PART, launches=2, failures={LABEL: "worker 0 of 2: died with exit code -9"})
    )
    write(folder)
    assert "worker 0 of 2: died with exit code -9. It had no launch complete by then" in page(
        folder
    )
    assert "died with exit code -9" in (folder / "summary.md").read_text(encoding="utf-8")
    assert f"{LABEL}@" not in (folder / "benchmark.json").read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_figures")
def test_an_unfinished_run_names_the_remedy(new_run):
    """Items without an end are counted, and the way to finish them stands beside the count."""
    world = World(claims=PART, launches=2, unmeasured=frozenset({LABEL}))
    folder = new_run(world, status="interrupted", ended_utc=None)
    write(folder)
    assert f"1 of {len(world.plan())} items were not measured to their end" in page(folder)
    assert "gilbench run --resume" in page(folder)


def test_two_targets_each_have_their_say(new_run):
    """Verdicts, headline and tables are told apart by target."""
    world, other = World(launches=2), World(launches=2, gil=False)
    folder = new_run(
        world,
        [*world.records(), *other.records()],
        targets=(world.target, other.target),
        plan=(*world.plan(), *other.plan()),
    )
    verdicts = write(folder)
    assert {verdict.target for verdict in verdicts} == {"3.13.0", "3.13.0t"}
    headings = [f'<h3 class="target">{target}</h3>' for target in ("3.13.0", "3.13.0t")]
    for words in ("with the GIL", "without the GIL", *headings):
        assert words in page(folder)


@pytest.mark.usefixtures("no_figures")
def test_a_run_that_no_claim_wanted(new_run):
    """A run narrowed to a comparison that no claim is decided by alone shows it, and no verdict."""
    world = World(launches=3)
    planned = next(one for one in world.plan() if one.item.label == "fnv1a-thread-w1")
    folder = new_run(
        world, [one for one in world.records() if one.item == planned.item.id], plan=(planned,)
    )
    verdicts = write(folder)
    assert verdicts == []
    assert "No claim is covered by this run" in page(folder)
    assert "fnv1a-thread-w1" in (folder / "summary.csv").read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_figures")
def test_a_switched_gil_is_reported(new_run):
    """A GIL that changed during a round is a warning with a remedy."""
    world = World(claims=PART, launches=2)
    records = [
        msgspec.structs.replace(record, gil_after=False)
        if isinstance(record, Round) and record.item.startswith(LABEL)
        else record
        for record in world.records()
    ]
    folder = new_run(world, records)
    write(folder)
    assert "the GIL was switched on or off in" in page(folder)


@pytest.mark.usefixtures("no_figures")
def test_stolen_time_is_reported(new_run):
    """Time that the hypervisor kept is a warning with its share."""
    world = World(claims=PART, launches=2)
    records = [
        msgspec.structs.replace(
            record, host=msgspec.structs.replace(record.host, steal_s=record.wall_ns / 1e10)
        )
        if isinstance(record, Round)
        else record
        for record in world.records()
    ]
    folder = new_run(world, records)
    write(folder)
    assert "took 10.0\u00a0% of a core" in page(folder)


@pytest.mark.parametrize("failed_at", [0, 3])
@pytest.mark.usefixtures("no_figures")
def test_a_failure_counts_the_launches_before_it(new_run, failed_at):
    """How far an item came stands beside its failure."""
    world = World(launches=0)
    failure = Failure(world.plan()[0].item.id, failed_at, "it broke")
    folder = new_run(world, [failure], status="interrupted", ended_utc=None)
    write(folder)
    assert {0: "no launch complete", 3: "3 launches complete"}[failed_at] in page(folder)


def test_an_experiment_alone(new_run):
    """A run of a probe and no comparison has verdicts and a timeline, and no table of cases."""
    world = World(launches=3, claims=frozenset({"A19"}))
    folder = new_run(world)
    verdicts = write(folder)
    assert "A19" in [verdict.id for verdict in verdicts]
    assert not any(isinstance(planned.item, Comparison) for planned in world.plan())
    assert (folder / "figures" / "core-timeline.png").exists()
