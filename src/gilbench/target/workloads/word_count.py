"""Words counted in a dict and collected in lists, all of the task's own."""

from typing import Any, Dict, List

from gilbench.target.registry import Workload

WORDS = tuple("word{}".format(number * number % 97) for number in range(200))


def task(index: int, params: Dict[str, Any]) -> int:
    total = index
    for _ in range(params["size"] // len(WORDS)):
        counts: Dict[str, int] = {}
        first_seen: List[str] = []
        for word in WORDS:
            if word not in counts:
                first_seen.append(word)
            counts[word] = counts.get(word, 0) + 1
        total += sum(counts[word] for word in first_seen) + len(first_seen)
    return total


WORKLOAD = Workload(
    name="word-count",
    kind="cpu",
    summary="words counted in a dict and collected in a list",
    task=task,
    defaults={"size": 40 * 200},
    size_unit="words",
    size_step=200,
    survey=False,
)
