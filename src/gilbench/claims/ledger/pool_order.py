"""A8: a closed Pool takes no task, and an open one cannot be joined."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.model import Outcome


def refused_both(trial: Trial) -> bool:
    return bool(trial["submit_after_close"] == trial["join_before_close"] == "ValueError")


def question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        setting.trials("pool-order"),
        "pools that refused a task once closed, and join() while open, with ValueError",
        refused_both,
    )


CLAIMS = (
    Claim(
        id="A8",
        statement="A Pool refuses tasks after close(), and join() before close()",
        family="pool",
        source="Python documentation, multiprocessing.pool.Pool: close(), join()",
        explanation=(
            "close() says that no task will follow; only then can the processes end when the queue "
            "is empty, and only then does join() have something to wait for. Out of order, both "
            "raise ValueError at once."
        ),
        surprise=(
            "An executor of concurrent.futures needs one call, shutdown(), and its with block "
            "waits for the tasks. A Pool wants two calls in one order, and its with block ends by "
            "terminating the workers."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
