"""The workers that a scheduler has, and what they answer when they are asked who they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gilbench.fleet import agent
from gilbench.fleet.cluster import RESOURCE, Worker
from gilbench.fleet.link import Link, Unanswered, answer_of, is_done
from gilbench.model import InputError, one_line


class WorkerList:
    """The workers of a scheduler, each of which is asked once who it is.

    Attributes:
        present: Those that were there when it looked last, by address.
    """

    def __init__(self, link: Link, tell: Callable[[str], None]) -> None:
        """Begin without workers.

        Args:
            link: The connection to the scheduler.
            tell: Gets a line for each worker that is left out.
        """
        self._link, self._tell = link, tell
        self.present: dict[str, Worker] = {}
        self._asked: dict[str, object] = {}  # by address: what is to answer
        self._known: set[str] = set()  # addresses of workers that have answered, or never will

    @property
    def are_awaited(self) -> bool:
        """Whether a worker has not answered yet."""
        return bool(self._asked)

    def look(self) -> None:
        """See which workers have come and gone."""
        self.present = {worker.address: worker for worker in self._link.workers()}
        self._known &= set(self.present)
        for address in list(self._asked):
            if address not in self.present:
                del self._asked[address]

    def ask_who_they_are(self) -> None:
        """Ask those that have come since."""
        for address, worker in self.present.items():
            if address in self._known or address in self._asked:
                continue
            if not worker.resources.get(RESOURCE):  # the question would wait for it for ever
                self._known.add(address)
                self._tell(f"{address} is left out: start it with --resources {RESOURCE}=1")
                continue
            self._asked[address] = self._link.ask_at_once(agent.introduce, address=address)

    def introductions(self) -> Iterator[tuple[str, str]]:
        """The address and the answer of each worker that has answered since."""
        for address, future in list(self._asked.items()):
            if not is_done(future):
                continue
            del self._asked[address]
            try:
                answer = answer_of(future)
            except Unanswered:
                continue  # it is asked again while the scheduler has it
            except InputError as error:
                self._known.add(address)
                self._tell(f"{address} is left out: {one_line(str(error))}")
                continue
            self._known.add(address)
            yield address, answer

    def forget(self) -> None:
        """Forget all of them, as where the scheduler has gone."""
        self.present, self._asked, self._known = {}, {}, set()
