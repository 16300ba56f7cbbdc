"""The first screen of a page: a sentence, the answers as numbers, who ran when, what to use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gilbench.model import Run, Verdict
from gilbench.report.html.lanes import lane_picture
from gilbench.results.tables import Tables
from gilbench.summary import answers, formatting, headline, recommendation


def opening(tables: Tables, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Variables of ``opening.html.j2``, and of ``recommendations.html.j2``."""
    run = tables.run
    several_targets = len(run.targets) > 1
    of_targets = answers.answers(tables, verdicts)
    questions: dict[str, None] = {}
    for _, of_target in of_targets:
        questions |= dict.fromkeys(answer.question for answer in of_target)
    shown = [answer for _, of_target in of_targets for answer in of_target]
    return {
        "answer": answers.sentence(tables, verdicts),
        "answers": of_targets,
        "questions": list(questions),
        "are_speedups": all(answer.row is not None for answer in shown),
        "own_answers": headline.answers(tables),
        "duration": duration(run),
        "interpreters": "" if several_targets else headline.target_name(run.targets[0]),
        "lanes": lane_picture(tables),
        "measured_items": len(set(tables.launches["item"]) | set(tables.observations["item"])),
        "recommendations": recommendation.recommendations(tables),
        "recommendation_rule": recommendation.RULE,
        "workload_summaries": _workload_summaries(run),
    }


def _workload_summaries(run: Run) -> dict[str, str]:
    """Workload → what it does, in a few words."""
    summaries = {}
    for target in run.targets:
        for workload in target.description.workloads:
            summaries[workload.name] = workload.summary
    return summaries


def duration(run: Run) -> str | None:
    """How long the run took, without the time that it was interrupted; None if it did not end."""
    if run.ended_utc is None:
        return None
    elapsed = datetime.fromisoformat(run.ended_utc) - datetime.fromisoformat(run.started_utc)
    idle_s = sum(resumption.idle_s for resumption in run.resumed)
    return formatting.duration(elapsed.total_seconds() - idle_s)
