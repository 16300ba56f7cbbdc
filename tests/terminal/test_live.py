"""The picture of a run that is being measured: it fits the terminal, shows what is new, and is plain elsewhere."""

import io

import pytest
from rich.console import Console
from tests.synthetic import World, make_host, make_run

from gilbench.claims.judging import judge_claims
from gilbench.model import CeilingControl, HostWarning, ItemEnd, LaunchStart, Stop
from gilbench.run.recorder import Recorder
from gilbench.summary.formatting import EFFECT_OF_WARNINGS
from gilbench.terminal import live
from gilbench.terminal.live import LiveView

SIZES = [(80, 24), (120, 30), (60, 12)]


def view_of(width=80, height=24, **options):
    out = io.StringIO()
    console = Console(file=out, width=width, height=height, **options)
    return LiveView(console), out


def picture(view, width, height):
    """What the terminal would show, as lines."""
    console = Console(
        width=width, height=height, force_terminal=True, color_system=None, file=io.StringIO()
    )
    with console.capture() as captured:
        console.print(view.picture())
    return captured.get().splitlines()


@pytest.fixture(scope="module")
def world():
    return World(launches=3)


@pytest.fixture(scope="module")
def several():
    return World(launches=3, gil=False, beside=True)


class RunSoFar:
    """A run as a view reads it, with 83 s left."""

    def __init__(self, run, kept=()):
        self.recorder = Recorder(run, kept, None, lambda: 0.0)
        self.run, self.ended, self.tables = run, self.recorder.ended, self.recorder.tables

    def add(self, view, record):
        self.recorder.add(record)
        view.recorded(record)

    def verdicts(self):
        return judge_claims(self.tables())

    def remaining_s(self):
        return 83.0


def run_of(world, kept=()):
    return RunSoFar(make_run(world.plan(), targets=world.targets, host=world.host), kept)


def fill(view, world):
    """Have a view see a whole run, judged once: when a further launch begins."""
    so_far = run_of(world, world.records())
    view.begun(so_far)
    so_far.add(view, further_launch(world))


def further_launch(world):
    return LaunchStart(world.plan()[0].item.id, world.launches, 1, 0.0, 1)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_picture_fits_the_terminal(world, several, width, height):
    """However many claims and targets there are, it is lower than the screen and no line is cut by it."""
    for one in (world, several):
        view, _ = view_of(
            width, height, force_terminal=True, color_system="standard", no_color=False
        )
        fill(view, one)
        lines = picture(view, width, height)
        assert 4 <= len(lines) <= height - 1
        assert max(map(len, lines)) <= width
        assert any("claims:" in line for line in lines)


def test_plain_lines_where_there_is_no_terminal(world, monkeypatch):
    """A line when a claim is settled, with its effect, and now and then one of progress with the time left; no escape
    sequences and nothing redrawn."""
    view, out = view_of(200)
    monkeypatch.setattr(live, "PROGRESS_S", 0.0)
    with view:
        view.doing("looking at the host")
        view.doing("looking at the host")
        so_far = run_of(world, world.records())
        view.begun(so_far)
        for _ in range(2):
            so_far.add(view, further_launch(world))
    text = out.getvalue()
    assert "\x1b" not in text
    assert text.count("looking at the host …") == 1
    items = len(world.plan())
    assert text.count(f"{items} of {items} items measured, 1:23 left") == 2
    assert text.count("PROVED A12: A Pipe carries more small messages") == 1


def test_what_the_last_launch_settles_is_shown_when_its_item_ends(world):
    """No further launch begins then."""
    view, out = view_of(200)
    so_far = run_of(world, world.records())
    view.begun(so_far)
    assert "PROVED A12" not in out.getvalue()
    so_far.add(view, ItemEnd(world.plan()[-1].item.id, world.launches, Stop.SETTLED))
    assert out.getvalue().count("PROVED A12: A Pipe carries more small messages") == 1


def test_progress_is_shown_now_and_then_only(world, monkeypatch):
    """A log is not filled with a line for every launch."""
    view, out = view_of(200)
    monkeypatch.setattr(live, "PROGRESS_S", 1000.0)
    view.begun(run_of(world))
    for launch in range(3):
        view.recorded(LaunchStart(world.plan()[0].item.id, launch, 1, 0.0, 1))
    assert "left" not in out.getvalue()


def test_no_color_is_plain_on_a_terminal_too(monkeypatch):
    """NO_COLOR asks for lines."""
    monkeypatch.setenv("NO_COLOR", "1")
    view, out = view_of(force_terminal=True)
    with view:
        view.doing("looking at the host")
    assert out.getvalue() == "looking at the host …\n"


def test_quiet_says_nothing(world):
    """Neither on a terminal nor elsewhere."""
    for terminal in (True, False):
        view, out = view_of(force_terminal=terminal)
        view._console.quiet = True
        with view:
            view.doing("looking at the host")
            view.begun(run_of(world))
        assert out.getvalue() == ""


def test_warnings_come_as_they_arise(world):
    """The host's at the beginning; a low ceiling when it is measured, and not again at once."""
    view, out = view_of(200)
    warned = make_host(2, warnings=(HostWarning("it is busy", "end other work"),))
    view.begun(RunSoFar(make_run(world.plan(), targets=world.targets, host=warned)))
    item = world.plan()[0].item.id
    for ceiling in (1.9, 1.1, 1.2):
        view.recorded(CeilingControl(item, 0, 2, 0.0, ceiling, ((1,), (1,)), ((1,), (1,))))
    text = out.getvalue()
    assert "warning: it is busy; end other work" in text
    assert text.count(EFFECT_OF_WARNINGS) == 1
    assert text.count("spinning processes reached 1.10× of one") == 1
    assert "1.20×" not in text and "1.90×" not in text


def test_a_result_that_warns_is_not_repeated(world):
    """Of a check, whose findings end with what disturbed the host."""
    out = io.StringIO()
    warned = make_host(2, warnings=(HostWarning("it is busy", "end other work"),))
    view = LiveView(Console(file=out, width=200), warns=False)
    view.begun(RunSoFar(make_run(world.plan(), targets=world.targets, host=warned)))
    assert "it is busy" not in out.getvalue() and EFFECT_OF_WARNINGS not in out.getvalue()


def test_the_current_case_is_named(world):
    """The item and its launch, with the target where there are several."""
    view, _ = view_of()
    view.begun(run_of(world))
    planned = world.plan()[0]
    view.recorded(LaunchStart(planned.item.id, 2, 1, 0.0, 1))
    assert any(f"{planned.item.label}, launch 3" in line for line in picture(view, 80, 24))


def test_a_resumed_run_counts_what_it_has(world):
    """What was measured before the interruption is done."""
    view, _ = view_of()
    kept = [record for record in world.records() if isinstance(record, ItemEnd)][:5]
    view.begun(run_of(world, kept))
    assert any(" 5 of " in line for line in picture(view, 80, 24))
