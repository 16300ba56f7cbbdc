"""The card that a run is shown on: its words are the verdicts', its numbers those of summary.csv, and all fits."""

import csv
import io

import msgspec
import pytest
from PIL import Image
from tests.synthetic import World
from tests.synthetic_targets import five_targets

from gilbench.claims.judging import judge_claims
from gilbench.model import Outcome
from gilbench.report import social_card
from gilbench.report.write import write
from gilbench.results import tables
from gilbench.summary import formatting


def judged(world):
    found = world.tables()
    return found, judge_claims(found)


def written(figure):
    """Every text of the card, without its line breaks."""
    return [text.get_text().replace("\n", " ") for text in figure.texts]


def drawn(found, verdicts):
    told = social_card.title(found, verdicts), social_card.subtitle(found)
    return social_card.draw(*told, social_card.numbers(found), social_card.foot(found))


def test_it_says_what_summary_csv_says(reported):
    """Three numbers with their intervals, each of the case that its words name; the host below."""
    with (reported / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["item"]: row for row in csv.DictReader(file)}
    with Image.open(reported / "figures" / "social.png") as card:
        assert card.size == (1200, 630)
    found = tables.load(reported)
    said = written(drawn(found, judge_claims(found)))
    shown = {
        "two threads pure-Python hashing": "fnv1a-thread-w2@3.13.0",
        "two processes pure-Python hashing": "fnv1a-process-w2@3.13.0",
        "two threads hashlib over 1 MiB buffers": "sha256-large-thread-w2@3.13.0",
    }
    for name, item in shown.items():
        middle, lo, hi = (
            formatting.fixed(float(rows[item][f"speedup{end}"])) for end in ("", "_lo", "_hi")
        )
        place = said.index(name)
        assert said[place - 2 : place] == [f"{middle}×", f"[{lo}, {hi}]"]
    assert "Threads gain nothing for pure-Python computing" in said
    assert any(
        "Synthetic 1" in text and "2 cores" in text and "CPython 3.13.0 with the GIL" in text
        for text in said
    )


def usual_verdicts(found, told=None):
    """A16 proved with the GIL and refuted without it, but for what is told otherwise."""
    usual = {
        target.id: Outcome.PROVED if target.gil_enabled else Outcome.REFUTED
        for target in found.run.targets
    }
    return [
        msgspec.structs.replace(one, verdict=(usual | (told or {}))[one.target])
        if one.id == "A16"
        else one
        for one in judge_claims(found)
    ]


@pytest.mark.parametrize(
    ("told", "heading"),
    [
        ({}, "With the GIL, threads gain nothing; without it they do"),
        ({"3.8.18": Outcome.INCONCLUSIVE}, social_card.NEUTRAL),
        ({"3.14.0t,gil=0": Outcome.PROVED}, "Threads gain nothing for pure-Python computing"),
        ({"3.8.18": Outcome.REFUTED}, social_card.NEUTRAL),
    ],
)
def test_several_targets_share_a_heading_where_it_holds_of_all(told, heading):
    """What holds with the GIL and not without it, what holds of all, or else nothing that is a claim."""
    run, records = five_targets(launches=1)
    found = tables.build(run, records)
    verdicts = usual_verdicts(found, told)
    assert social_card.title(found, verdicts) == heading
    named = [one.name[1] for one in social_card.numbers(found)]
    assert len(named) == social_card.MOST
    assert named[-1] == "3.14.0 without the GIL"
    assert social_card.subtitle(found).startswith("pure-Python hashing")


def of_five_targets():
    run, records = five_targets(launches=1)
    found = tables.build(run, records)
    return found, usual_verdicts(found)


@pytest.mark.parametrize(
    "make",
    [
        lambda: judged(World(launches=2)),
        lambda: judged(World(launches=2, gil=False)),
        lambda: judged(World(launches=2, cores=24, claims=frozenset({"A16", "A17", "B2"}))),
        of_five_targets,
    ],
    ids=["GIL", "no GIL", "24 cores", "five targets"],
)
def test_nothing_runs_off_the_card_or_over_something_else(make):
    """Every text lies on it as a whole, apart from the others."""
    figure = drawn(*make())
    figure.set_dpi(social_card.DPI)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.texts if text.get_text()]
    for place, box in enumerate(boxes):
        assert 0 <= box.x0 < box.x1 <= 1200 and 0 <= box.y0 < box.y1 <= 630
        for other in boxes[place + 1 :]:
            assert not (
                min(box.x1, other.x1) > max(box.x0, other.x0)
                and min(box.y1, other.y1) > max(box.y0, other.y0) + 6
            ), (figure.texts[place].get_text(), box, other)


def test_a_run_without_its_numbers_has_no_card(new_run):
    """A card of an earlier report is gone too."""
    folder = new_run(World(launches=2, claims=frozenset({"A19"})))
    (folder / "figures").mkdir()
    (folder / "figures" / "social.png").write_bytes(b"of an earlier report")
    write(folder)
    assert not (folder / "figures" / "social.png").exists()


def test_it_is_a_png(reported):
    """The bytes are those of the file."""
    found = tables.load(reported)
    with Image.open(io.BytesIO(social_card.render(found, judge_claims(found)))) as card:
        assert (card.format, card.size) == ("PNG", (1200, 630))
