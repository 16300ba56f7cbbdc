"""How a run begins, and what is left of one that never does."""

import pytest
from tests import synthetic

from gilbench.model import Effort, InputError, ItemEnd, PlannedItem, Record, Stop
from gilbench.plan.comparisons import compare
from gilbench.plan.profiles import PROFILES
from gilbench.results import folder as layout
from gilbench.run import pytest_driver
from gilbench.run.run_plan import RunPlan
from gilbench.run.start import FreshStart
from gilbench.run.suite_run import SuiteRun

TARGET = synthetic.make_target()
ITEMS = tuple(
    PlannedItem(compare(TARGET, "fnv1a", "thread", workers), Effort((2,), 2)) for workers in (1, 2)
)


def composed(session):
    return RunPlan(PROFILES["quick"], synthetic.make_host(), (TARGET,), ITEMS)


@pytest.fixture
def sized(monkeypatch):
    """Targets need no sizing."""

    def size_tasks(plan, session):
        session.targets.update((target.id, target) for target in plan.targets)
        return plan.targets

    monkeypatch.setattr("gilbench.run.start.size_tasks", size_tasks)


@pytest.fixture
def by_pytest(monkeypatch):
    """Have pytest do something else than measure, and end with a code."""

    def replace(code, act=lambda run: None):
        def main(options, plugins):
            act(plugins[0]._run)
            return code

        monkeypatch.setattr(pytest, "main", main)

    return replace


def test_a_plan_that_cannot_be_made_leaves_nothing_open():
    """The session is closed, with its folder, when the composer refuses."""
    sessions = []

    def refuse(session):
        sessions.append(session)
        raise InputError("nothing is left to measure")

    with pytest.raises(InputError, match="nothing is left"):
        FreshStart(refuse, None, ["gilbench"])
    assert not sessions[0].target_bundle.exists()


def test_run_json_holds_what_was_planned_of_what_was_selected(tmp_path, sized):
    """The plan is what pytest selected; seed, command and targets are the start's."""
    start = FreshStart(composed, tmp_path, ["gilbench", "run"], seed=7)
    run = SuiteRun(start)
    run.begin(ITEMS[:1])
    run.close()
    written = layout.read_run(run.folder)
    assert (written.plan, written.seed, written.command) == (ITEMS[:1], 7, ("gilbench", "run"))
    assert (written.targets, written.status) == ((TARGET,), "interrupted")


def test_a_run_without_a_folder_writes_nothing(tmp_path, monkeypatch, sized):
    """Its records and tables are there all the same."""
    monkeypatch.chdir(tmp_path)
    run = SuiteRun(FreshStart(composed, None, ["pytest"]))
    run.begin(ITEMS)
    run.session.emit(ItemEnd(ITEMS[0].item.id, 0, Stop.EFFORT))
    run.close()
    assert run.folder is None and list(tmp_path.iterdir()) == []
    assert run.ended == {ITEMS[0].item.id} == set(run.tables().ends)


class Watching:
    def __init__(self):
        self.begun_with: list[Record] | None = None
        self.seen: list[Record] = []

    def begun(self, run):
        self.begun_with = list(run.records)

    def recorded(self, record):
        self.seen.append(record)


def test_watchers_are_notified_of_records_that_they_can_read_already(sized):
    """What a watcher is told of stands in the run's tables by then."""
    run = SuiteRun(FreshStart(composed, None, ["pytest"]))
    watcher = Watching()
    watcher.recorded = lambda record: watcher.seen.append(run.tables().ends[record.item])
    run.watchers.append(watcher)
    run.begin(ITEMS)
    end = ItemEnd(ITEMS[0].item.id, 0, Stop.EFFORT)
    run.session.emit(end)
    run.close()
    assert watcher.begun_with == [] and watcher.seen == [end]


def test_a_run_interrupted_before_it_began_leaves_no_folder(tmp_path, by_pytest):
    """There is nothing in it that could be reported on or resumed."""
    by_pytest(pytest.ExitCode.INTERRUPTED)
    run = SuiteRun(FreshStart(composed, tmp_path, ["gilbench"]))
    assert pytest_driver.measure(run)
    assert run.folder is None and list(tmp_path.iterdir()) == []


def test_why_a_run_could_not_begin_is_not_lost_in_pytest(tmp_path, by_pytest, monkeypatch):
    """pytest ends with a code only; the reason is raised again."""

    def refuse(plan, session):
        raise InputError("3.13.0 cannot be measured: it is gone")

    def begin(run):
        with pytest.raises(InputError):
            run.begin(ITEMS)

    monkeypatch.setattr("gilbench.run.start.size_tasks", refuse)
    by_pytest(pytest.ExitCode.INTERRUPTED, begin)
    run = SuiteRun(FreshStart(composed, tmp_path, ["gilbench"]))
    with pytest.raises(InputError, match="it is gone"):
        pytest_driver.measure(run)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_of_pytest_keeps_its_output(tmp_path, by_pytest):
    """One line names the log."""
    by_pytest(pytest.ExitCode.INTERNAL_ERROR, lambda run: print("INTERNALERROR> it broke"))
    run = SuiteRun(FreshStart(composed, tmp_path, ["gilbench"]))
    with pytest.raises(InputError, match=r"pytest\.log") as caught:
        pytest_driver.measure(run)
    assert "\n" not in str(caught.value)
    assert "it broke" in (run.folder / "pytest.log").read_text()
