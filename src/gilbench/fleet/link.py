"""The connection to a scheduler, made again when it is lost, and the messages that come over it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import distributed

from gilbench.fleet import agent
from gilbench.fleet.cluster import RESOURCE, UNREACHABLE, Cluster, Worker, workers_of
from gilbench.model import InputError

RETRY_S = 2.0


class SchedulerLost(Exception):
    """The scheduler is not there at the moment."""


class Unanswered(InputError):
    """A worker could not be reached; it may be asked again."""


class Link:
    """A connection to the scheduler of a fleet.

    Attributes:
        messages: What hosts have sent and nobody has taken yet.
    """

    def __init__(self, cluster: Cluster, client: distributed.Client, fleet: str) -> None:
        """Listen to the hosts of a fleet."""
        self.messages: deque[object] = deque()
        self._cluster, self._fleet = cluster, fleet
        self._client = client
        self._tried_s = 0.0
        self._listen()

    def _listen(self) -> None:
        def heard(event: tuple[float, object]) -> None:
            self.messages.append(event[1])

        self._client.subscribe_topic(agent.topic_of(self._fleet), heard)
        self._connection = self._client.scheduler_comm

    @property
    def is_up(self) -> bool:
        """Whether the connection stands, and has been the same since it was made.

        A client connects again by itself, and then hears nothing of what it had subscribed to.
        """
        client = self._client
        return client.status == "running" and client.scheduler_comm is self._connection

    def reconnect(self) -> bool:
        """Try to connect again, not too often; returns whether that succeeded."""
        if time.monotonic() - self._tried_s < RETRY_S:
            return False
        self.close()
        try:
            self._client = self._cluster.connect()
        except UNREACHABLE:
            return False
        finally:
            self._tried_s = time.monotonic()
        self._listen()
        return True

    def workers(self) -> list[Worker]:
        """The workers that are there.

        Raises:
            SchedulerLost: The scheduler does not answer.
        """
        try:
            return workers_of(self._client)
        except Exception as error:  # a connection that is closing raises many kinds
            raise SchedulerLost(str(error)) from error

    def ask(self, function: Any, *words: Any, address: str) -> Any:
        """Have a function of ``agent`` called on one worker and no other; returns its future.

        Raises:
            SchedulerLost: The connection is closed.
        """
        if not self.is_up:
            raise SchedulerLost
        try:
            return self._client.submit(
                function,
                *words,
                workers=[address],
                allow_other_workers=False,
                resources={RESOURCE: 1},
                retries=0,
                pure=False,
            )
        except Exception as error:  # likewise
            raise SchedulerLost(str(error)) from error

    def ask_at_once(self, function: Any, *words: Any, address: str) -> Any:
        """Have a function of ``agent`` called on one worker, whatever is running there.

        Returns:
            Its future. In a thread, as ``tell`` does it.

        Raises:
            SchedulerLost: The connection is closed.
        """
        if not self.is_up:
            raise SchedulerLost
        client, answer = self._client, Future[object]()

        def call() -> None:
            try:
                answer.set_result(client.run(function, *words, workers=[address])[address])
            except Exception as error:  # a worker may have gone, or run another gilbench
                answer.set_exception(error)

        threading.Thread(target=call, daemon=True).start()
        return answer

    def tell(self, function: Any, *words: Any, addresses: Sequence[str]) -> None:
        """Call a function of ``agent`` soon, whatever is running there, without an answer.

        In a thread, for a client whose scheduler has just gone would wait for the next one.
        """

        def call() -> None:
            with contextlib.suppress(Exception):  # a worker may have gone; that is seen otherwise
                client.run(function, *words, workers=list(addresses), wait=False)

        client = self._client
        if addresses and self.is_up:
            threading.Thread(target=call, daemon=True).start()

    def close(self) -> None:
        """End the connection."""
        with contextlib.suppress(Exception):  # whatever is left of it
            self._client.close(timeout=2)


def answer_of(future: Any) -> str:
    """What a function of ``agent`` answered.

    Raises:
        InputError: It could not be called, or had a reason not to answer.
        Unanswered: It could not be reached.
        SchedulerLost: The connection was lost, and the task with it.
    """
    if getattr(future, "status", "") in ("cancelled", "lost"):
        raise SchedulerLost
    try:
        answer = future.result(timeout=1)
    except ModuleNotFoundError as error:
        raise InputError(
            f"{error.name} cannot be imported there; install it: pip install 'gilbench[fleet]'"
        ) from error
    except OSError as error:
        raise Unanswered(f"it could not be reached ({error})") from error
    except Exception as error:  # whatever Dask hands on
        raise InputError(f"{type(error).__name__}: {error}") from error
    if not isinstance(answer, str):
        raise InputError("it gave no answer")
    if answer.startswith(agent.REFUSAL):
        raise InputError(answer.removeprefix(agent.REFUSAL))
    return answer


def is_done(future: object) -> bool:
    """Whether a task has ended, in whatever way."""
    return bool(future.done())  # type: ignore[attr-defined]
