"""One rule recommends strategies: every output names the same one, and never a twin."""

import dataclasses
import io
import json
import re
from pathlib import Path

import msgspec
import pytest
from rich.console import Console
from tests.report.conftest import write_run
from tests.summary.worlds import EFFORT, OWN, OneWorkload

from gilbench.model import Outcome, PlannedItem
from gilbench.plan.matrix import Filters, matrix
from gilbench.plan.profiles import PROFILES
from gilbench.report import run_files
from gilbench.report.write import write
from gilbench.results import folder as layout
from gilbench.results import tables
from gilbench.summary import cases
from gilbench.summary.candidates import named
from gilbench.summary.recommendation import break_even, recommendations
from gilbench.terminal.boards import print_advice

WORKLOADS = ("fnv1a", "sha256-large", "sleep")
TWINS = ("process-subclass", "thread-subclass")
ROW = re.compile(
    r'<tr class="gain"><th scope="row">([\w-]+).*?<td class="pick">([\w-]+) × (\d+)</td>',
    re.DOTALL,
)


class OwnWorkloads(OneWorkload):
    """Several workloads under every strategy, each as if it were the user's own."""

    def __post_init__(self):
        super().__post_init__()
        workloads = []
        for workload in self.target.description.workloads:
            own = OWN if workload.name in WORKLOADS else None
            workloads.append(msgspec.structs.replace(workload, own=own))
        description = msgspec.structs.replace(self.target.description, workloads=tuple(workloads))
        self.target = msgspec.structs.replace(self.target, description=description)
        self.targets = (self.target,)

    def plan(self):
        comparisons = matrix(
            self.target, PROFILES["standard"], self.cores, Filters(workloads=WORKLOADS)
        )
        return tuple(PlannedItem(comparison, EFFORT) for comparison in comparisons)


def faster_twins(strategies=TWINS):
    """Speedups that no other strategy reaches, for every twin of every workload."""
    return {
        f"{workload}-{twin}-w{workers}": 7.0
        for workload in WORKLOADS
        for twin in strategies
        for workers in (1, 2, 4)
    }


@pytest.fixture(scope="module", params=[False, True], ids=["lawful", "twins-faster"])
def reported(request, tmp_path_factory) -> Path:
    """A reported run; in the second the twins are by far the fastest."""
    speedups = faster_twins() if request.param else {}
    world = OwnWorkloads(launches=6, speedups=speedups, missing={"interpreter-pool": "too old"})
    folder = write_run(tmp_path_factory.mktemp("recommended") / "run", world)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_files, "draw_all", lambda folder, tables, verdicts: [])
        write(folder)
    return folder


def of_the_page(folder):
    """Workload → strategy in words, of the page's table."""
    page = (folder / layout.REPORT).read_text(encoding="utf-8")
    return {
        workload: in_words(strategy, int(workers))
        for workload, strategy, workers in ROW.findall(page)
    }


def in_words(strategy, workers):
    return {"thread": f"{workers} threads", "process": f"{workers} processes"}.get(
        strategy, f"{strategy} with {workers} workers"
    )


def of_sentences(text):
    """Workload → strategy in words, of the sentences of summary.md or the page's opening."""
    choices = {}
    for sentence in re.findall(
        r"Recommended for \S+ work: (.*?)\.(?= |$|\n|<)", text, re.MULTILINE
    ):
        choices |= {
            workload: choice
            for choice, workload in re.findall(
                r"(?:^|, | and )([\w -]+?) for ([\w-]+) \(", sentence
            )
        }
    return choices


def of_answers(text):
    """Workload → strategy in words, of answers in the form of the terminal or of paragraphs."""
    return dict(
        re.findall(r"([\w-]+) gains from running in parallel.*?[uU]se (.+?):", text, re.DOTALL)
    )


def of_advice(folder):
    answers = json.loads((folder / layout.ADVICE).read_text(encoding="utf-8"))
    strategies = [answer for answer in answers if answer["id"].endswith("/strategy")]
    return {
        answer["id"].partition("/")[0]: answer["reason"].partition(":")[0][4:]
        for answer in strategies
    }


def of_the_terminal(folder):
    out = io.StringIO()
    print_advice(Console(file=out, width=400), layout.read_advice(folder))
    return of_answers(out.getvalue())


def test_every_output_names_the_same_strategy_and_workers(reported):
    """The page's table and words, summary.md, advice.json and the terminal agree on every workload."""
    markdown = (reported / layout.SUMMARY_MD).read_text(encoding="utf-8")
    page = (reported / layout.REPORT).read_text(encoding="utf-8")
    expected = of_advice(reported)
    assert set(expected) == set(WORKLOADS)
    assert of_the_page(reported) == expected
    assert of_the_terminal(reported) == expected
    assert of_sentences(markdown) == expected
    assert of_answers(markdown) == expected
    assert of_answers(page) == expected


def test_a_twin_is_never_recommended(reported):
    """Neither as the choice nor as good as it, however fast it is; its case is still in summary.csv."""
    loaded = tables.load(reported)
    for recommended in recommendations(loaded):
        assert recommended.outcome == Outcome.PROVED
        offered = [recommended.choice, *recommended.as_good]
        assert not {row.case.strategy for row in offered} & set(TWINS)
    assert "process-subclass" in (reported / layout.SUMMARY_CSV).read_text(encoding="utf-8")
    assert not any(twin in text for twin in TWINS for text in of_advice(reported).values())


def test_what_is_as_good_is_no_simpler_and_of_another_strategy():
    """Each is a strategy of its own, and the choice is the simplest of all of them."""
    (recommended,) = recommendations(OneWorkload(workload="sha256-large").tables())
    assert named(recommended.choice.case) == "2 threads"
    strategies = [row.case.strategy for row in recommended.as_good]
    assert {"process", "pool"} <= set(strategies)
    assert len(strategies) == len(set(strategies)) and "thread" not in strategies


def test_undecided_is_not_serial_code():
    """Where the intervals do not decide, nothing is recommended."""
    (recommended,) = recommendations(OneWorkload(noise=0.5, launches=2).tables())
    assert recommended.outcome == Outcome.INCONCLUSIVE
    assert recommended.choice is None


def test_no_amount_of_work_is_negative():
    """Where the interval of so few launches reaches below nothing, it ends at 0."""
    found = OneWorkload(workload="sleep").tables()
    row = next(row for row in cases.rows(found) if row.case.label == "sleep-thread-w4")
    few = row.launches[:3].assign(launch_s=[0.0, 0.0, 0.01], join_s=0.0)
    threshold = break_even(dataclasses.replace(row, launches=few))
    assert threshold.lo == 0.0 < threshold.center < threshold.hi
