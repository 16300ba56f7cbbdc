"""Calls of the user as a workload of a run.

Its set-up is done once per process, and every task makes calls.
"""

import os
from typing import Any, Callable, Dict, List, Optional, Tuple

from gilbench.target.calls import calling, in_place
from gilbench.target.calls.finding import Subject
from gilbench.target.registry import Workload
from gilbench.target.result_numbers import number_of_parts


class CallTask:
    """A task of ``size`` calls.

    Args:
        find: Finds what is called and does its set-up.
        arguments_of: The arguments of a task by its index; None where they are the subject's.
        compared: Whether the number of a task is that of its last result; else it is 0.
    """

    def __init__(
        self,
        find: Callable[[], Subject],
        arguments_of: Optional[Callable[[int], Tuple[Any, ...]]] = None,
        compared: bool = False,
    ) -> None:
        self._find, self._arguments_of, self._compared = find, arguments_of, compared
        self._found: Dict[int, Subject] = {}  # by process: a child makes its own
        self._form: Optional[str] = None  # before the first call in this process

    def make(self, _params: Dict[str, Any]) -> None:
        """Find what is called and do its set-up in this process, before the clock starts.

        The loop of its calls is made too, which forked workers inherit.
        """
        if os.getpid() not in self._found:
            found = self._found[os.getpid()] = self._find()
            in_place.loop_of(self._arguments(found, 0), found.kwargs)

    def subject(self, index: int = 0) -> Subject:
        """What is called in this process, and with what."""
        self.make({})
        subject = self._found[os.getpid()]
        return subject._replace(args=self._arguments(subject, index))

    def _arguments(self, subject: Subject, index: int) -> Tuple[Any, ...]:
        return subject.args if self._arguments_of is None else self._arguments_of(index)

    def __call__(self, index: int, params: Dict[str, Any]) -> int:
        """Call; returns the number of the last result, 0 where there is none or none is wanted."""
        subject, left = self.subject(index), params["size"]
        kept: Optional[List[Any]] = [] if self._compared else None
        form = params.get("form") or self._form
        if form is None:
            form = self._form = calling.first_call(subject, kept)
            left -= 1
        if left and kept is not None:
            calling.call_repeatedly(subject, form, left - 1)
            calling.call_repeatedly(subject, form, 1, kept)
        elif left:
            calling.call_repeatedly(subject, form, left)
        return number_of_parts(kept[-1]) if kept else 0

    async def gathered(self, index: int, params: Dict[str, Any]) -> int:
        """The same within an event loop, which calls of another form than a coroutine's block."""
        form = params["form"]
        if form not in calling.ASYNCHRONOUS:
            return self(index, params)
        subject = self.subject(index)
        kept: List[Any] = []
        await calling.call_in_turn(subject, form, params["size"] - 1)
        await calling.call_in_turn(subject, form, 1, kept)
        return number_of_parts(kept[-1]) if self._compared else 0


def workload_of_calls(name: str, summary: str, task: CallTask) -> Workload:
    """The workload whose tasks make calls of the user."""
    return Workload(
        name=name,
        kind="cpu",
        summary=summary,
        task=task,
        defaults={"size": 1},
        size_unit="calls",
        size_step=1,
        prepare=task.make,
        task_async=task.gathered,
        subject=task.subject,
    )
