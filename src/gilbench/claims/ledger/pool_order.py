"""A8: a closed Pool takes no task, an open one cannot be joined, and join() waits."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.model import Outcome

# A task that is running when join() is called.
TASK_S = 0.05


def kept_its_order(trial: Trial) -> bool:
    """Both wrong orders raised, and join() waited after close() and worked after terminate()."""
    refused = trial["submit_after_close"] == trial["join_before_close"] == "ValueError"
    return bool(refused and trial["ready_after_join"] and not trial["join_after_terminate"])


def question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        setting.trials("pool-order", {"task_s": TASK_S}, launch_s=0.6),
        "pools that refused wrong orders with ValueError, and whose join() waited for the tasks",
        kept_its_order,
    )


CLAIMS = (
    Claim(
        id="A8",
        statement=(
            "A Pool refuses tasks after close() and join() before close() or terminate(); "
            "join() waits for tasks"
        ),
        family="pool",
        source="Python documentation, multiprocessing.pool.Pool: close(), join()",
        explanation=(
            "close() says that no task will follow; only then can the processes end when the queue "
            "is empty, and only then does join() have something to wait for. Out of order, both "
            "raise ValueError at once. terminate() ends the processes instead, "
            "so join() works after it."
        ),
        measured=(
            "A Pool is given a task after close(), is joined before close(), is joined after "
            "close() with a task running, and is joined after terminate()."
        ),
        rule=behaviour.held_rule(
            "both wrong orders raise ValueError, the task is done when join() returns after "
            "close(), and join() works after terminate()"
        ),
        meaning=(
            "PROVED means that a wrong order shows at once as ValueError and that results are "
            "complete after join(); REFUTED would mean that work may be lost in silence."
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
