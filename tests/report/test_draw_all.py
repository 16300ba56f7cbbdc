"""Every figure of a run in its files: their sizes, the cards, and the same on one core."""

import errno
import os
import subprocess
import sys

import pytest
from PIL import Image

from gilbench.report import draw_all
from gilbench.report.drawing import png
from gilbench.report.figures import charts


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of figures in which an earlier report left a card that no report makes any more."""
    made = tmp_path_factory.mktemp("figures")
    (made / "social").mkdir()
    (made / "social" / "verdicts.png").write_bytes(b"of an earlier report")
    return made


@pytest.fixture(scope="module")
def drawn(folder, lawful):
    """The figures of a complete run, which stand in that folder."""
    return draw_all.draw_all(folder, *lawful)


def test_cards_have_the_size_of_a_preview(drawn, folder):
    """Each figure stands in a file at the size of print; one that can be read there as a whole also on a card of 1200 ×
    630, and a card of an earlier report of another one is gone."""
    assert [figure.stem for figure in drawn] == [chart.stem for chart in charts()]
    for figure in drawn:
        with Image.open(folder / f"{figure.stem}.png") as printed:
            width, height = printed.size
        assert width == pytest.approx(figure.markup.width / 72 * png.PRINT_DPI, abs=2)
        card = folder / "social" / f"{figure.stem}.png"
        assert card.exists() == (min(1112 / width, 502 / height) >= 0.6), figure.stem
        if card.exists():
            with Image.open(card) as preview:
                assert preview.size == (1200, 630)
    assert {"switching.png", "release.png"} <= {path.name for path in (folder / "social").iterdir()}
    assert not (folder / "social" / "verdicts.png").exists()


def test_one_core_draws_the_same(drawn, lawful, tmp_path, monkeypatch):
    """Where there is one core, nothing is forked, and the figures are the same."""
    monkeypatch.setattr(draw_all.os, "sched_getaffinity", lambda _: {0}, raising=False)
    monkeypatch.setattr(draw_all, "ProcessPoolExecutor", None)
    assert draw_all.draw_all(tmp_path / "one", *lawful) == drawn


@pytest.mark.skipif(sys.platform != "linux", reason="figures are drawn in one process elsewhere")
@pytest.mark.parametrize("fault", ["no semaphores", "a process is killed"])
def test_figures_are_drawn_here_where_other_processes_fail(
    drawn, lawful, tmp_path, monkeypatch, fault
):
    """A /dev/shm that cannot be written, or a drawing process that the system ends."""

    def refuse(*args, **options):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    parent, draw = os.getpid(), draw_all.DrawingJob.draw

    def die(job, stem):
        return draw(job, stem) if os.getpid() == parent else os._exit(9)

    monkeypatch.setattr(draw_all.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    if fault == "no semaphores":
        monkeypatch.setattr(draw_all, "ProcessPoolExecutor", refuse)
    else:
        monkeypatch.setattr(draw_all.DrawingJob, "draw", die)
    assert draw_all.draw_all(tmp_path / "other", *lawful) == drawn


INTERRUPTED_FORK = """
import os, signal
from gilbench.measure.interrupts import INTERRUPTS
from gilbench.report import draw_all

class Job:
    def draw(self, stem):
        return stem

draw_all.MOST_PROCESSES = 2
os.sched_getaffinity = lambda pid: {0, 1}
INTERRUPTS.install()
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
try:
    draw_all._drawn(Job(), ["one", "two"])
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process draws")
def test_an_interrupt_amid_a_fork_counts():
    """Python ignores what a handler raises there, and prints a traceback; the report went on."""
    command = [sys.executable, "-c", INTERRUPTED_FORK]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("interrupted\n", "", 0)
