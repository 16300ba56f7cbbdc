"""A call with its arguments as a workload of a run.

Its set-up is done once per process, and every task makes calls.
"""

import os
from typing import Any, Dict, List, Tuple

from gilbench.target.calls import calling, finding
from gilbench.target.calls.finding import Subject
from gilbench.target.registry import Workload
from gilbench.target.result_numbers import number_of_parts


class CallTask:
    """A task of ``size`` calls, whose result is that of the last one."""

    def __init__(self, request: Dict[str, Any]) -> None:
        self._request = request
        self._made: Dict[int, Tuple[Subject, str]] = {}  # by process: a child makes its own

    def make(self, _params: Dict[str, Any]) -> None:
        """Find what is called and do its set-up in this process, before the clock starts."""
        if os.getpid() not in self._made:
            subject = finding.find(self._request)
            self._made[os.getpid()] = subject, calling.first_call(subject)

    def subject(self) -> Subject:
        """What is called in this process, and with what."""
        self.make({})
        return self._made[os.getpid()][0]

    def __call__(self, _index: int, params: Dict[str, Any]) -> int:
        """Call; returns the number of the result, 0 for what is only run to its end."""
        self.make(params)
        subject, form = self._made[os.getpid()]
        results: List[Any] = []
        calling.call_repeatedly(subject, form, params["size"] - 1)
        calling.call_repeatedly(subject, form, 1, results)
        return number_of_parts(results[0]) if results else 0


def workload_of_call(name: str, request: Dict[str, Any]) -> Workload:
    """The workload that calls what a request names."""
    task = CallTask(request)
    return Workload(
        name=name,
        kind="cpu",
        summary="{}, a function of the user".format(request["target"]["attribute"]),
        task=task,
        defaults={"size": 1},
        size_unit="calls",
        size_step=1,
        prepare=task.make,
        subject=task.subject,
    )
