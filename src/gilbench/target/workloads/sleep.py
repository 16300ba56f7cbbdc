"""Nothing but waiting: ``time.sleep``, which releases the GIL."""

import time
from typing import Any, Dict

from gilbench.target.registry import Workload


def task(index: int, params: Dict[str, Any]) -> int:
    time.sleep(params["delay_s"])
    return index + 1


async def task_async(index: int, params: Dict[str, Any]) -> int:
    import asyncio  # here: other strategies do not need it; it is loaded before the clock starts

    await asyncio.sleep(params["delay_s"])
    return index + 1


WORKLOAD = Workload(
    name="sleep",
    kind="io",
    summary="time.sleep for a fixed delay",
    task=task,
    defaults={"delay_s": 0.005},
    task_async=task_async,
)
