"""Has every host of a fleet measured, and keeps what arrives of each.

A host is asked three things in turn: who it is, which its worker answers at once, and then as
tasks of Dask what it would measure, and to measure it. Whatever goes in between, worker, scheduler
or coordinator, the third is asked again with what has arrived so far, and the host sends the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from gilbench.fleet import agent, differences
from gilbench.fleet.conversation import INTERVAL_S, Conversation, Terms
from gilbench.fleet.hosts import HostRegister, HostState, as_name
from gilbench.fleet.link import Link, SchedulerLost, is_done
from gilbench.fleet.messages import decode
from gilbench.fleet.worker_list import WorkerList
from gilbench.model import InputError, one_line
from gilbench.model.fleets import Fleet, Gap, HostFacts, HostStatus
from gilbench.results.fleet_folder import unwritable, write_fleet
from gilbench.run.recorder import utc_now

TICK_S = 0.1
SAVE_S = 5.0
HOSTS_PER_INTERVAL = 200  # so that a scheduler gets about 800 messages a second
STOPPING_S = 45.0  # for hosts to keep what they have, after an interrupt


class Coordinator:
    """Measures one fleet."""

    def __init__(
        self,
        folder: Path,
        fleet: Fleet,
        terms: Terms,
        link: Link,
        tell: Callable[[str], None],
        show: Callable[[Sequence[HostState]], None],
    ) -> None:
        """Prepare to measure.

        Args:
            folder: Where the fleet is kept.
            fleet: What ``fleet.json`` says; its hosts are those of a fleet that is resumed.
            terms: How it is measured.
            link: The connection to the scheduler.
            tell: Gets a line for what happens.
            show: Gets the hosts now and then.

        Raises:
            InputError: What has arrived of a host earlier cannot be read.
        """
        self._folder, self._fleet, self._terms, self._link = folder, fleet, terms, link
        self._tell, self._show = tell, show
        hosts = {host.name: HostState.of(folder, host) for host in fleet.hosts}
        self._register = HostRegister(folder, hosts)
        self._hosts = hosts
        self._workers = WorkerList(link, tell)
        self._conversation = Conversation(fleet, terms, link, hosts, tell)
        self._began_s = time.monotonic()
        self._looked_s = self._saved_s = 0.0
        self._gaps = list(fleet.gaps)
        self._earlier_s = fleet.elapsed_s

    @property
    def fleet(self) -> Fleet:
        """What ``fleet.json`` is to say now."""
        return msgspec.structs.replace(
            self._fleet,
            hosts=tuple(host.described() for host in self._hosts.values()),
            gaps=tuple(self._gaps),
            elapsed_s=round(self._earlier_s + time.monotonic() - self._began_s, 1),
        )

    def measure(self) -> bool:
        """Measure until every host is over or has been away for too long.

        Returns:
            Whether it was interrupted.

        Raises:
            InputError: There are no workers.
            Unwritable: The folder cannot be written.
        """
        try:
            interrupted = self._measure()
        except OSError as error:  # of our own disk: the hosts keep what they have
            raise unwritable(self._folder, error) from error
        self._fleet = msgspec.structs.replace(self.fleet, ended_utc=utc_now())
        write_fleet(self._folder, self._fleet)
        return interrupted

    def _measure(self) -> bool:
        """Measure, and stop the hosts where it is interrupted; returns whether it was."""
        try:
            while not self._is_over():
                self._step()
        except KeyboardInterrupt:
            self._stop_hosts()
            return True
        return False

    def _step(self) -> None:
        self._conversation.take_messages()
        try:
            if not self._link.is_up:
                raise SchedulerLost
            self._see_workers()
            self._take_introductions()
            self._conversation.settle()
            self._conversation.begin_what_can()
        except SchedulerLost:
            self._lose_scheduler()
        self._conversation.note_silence()
        self._save()
        self._show(list(self._hosts.values()))
        time.sleep(TICK_S)

    def _save(self) -> None:
        """Write ``fleet.json`` where something happened, as a new attempt, and now and then."""
        now_s = time.monotonic()
        if self._conversation.changed_s > self._saved_s or now_s - self._saved_s > SAVE_S:
            self._saved_s = now_s
            write_fleet(self._folder, self.fleet)

    # Who is there

    def _see_workers(self) -> None:
        """Look which workers have come and gone, less often the more there are."""
        now_s = time.monotonic()
        if now_s - self._looked_s < self._conversation.interval_s:
            return
        self._looked_s = now_s
        self._workers.look()
        many = max(1.0, len(self._workers.present) / HOSTS_PER_INTERVAL)
        self._conversation.interval_s = INTERVAL_S * many
        for host in self._hosts.values():
            if host.address and host.address not in self._workers.present:
                self._conversation.lose(host, "its worker has gone")
        self._workers.ask_who_they_are()

    def _lose_scheduler(self) -> None:
        """Note that the scheduler has gone, and try to reach it again."""
        if not self._gaps or self._gaps[-1].ended_utc is not None:
            self._gaps.append(Gap(utc_now(), None, "the scheduler has gone"))
            self._tell("the scheduler has gone; the hosts continue, and it is tried again")
            self._workers.forget()
            for host in self._hosts.values():
                self._conversation.lose(host, "the scheduler has gone")
        if self._link.reconnect():
            gap = self._gaps[-1]
            self._gaps[-1] = Gap(gap.began_utc, utc_now(), gap.reason)
            self._conversation.changed_s = time.monotonic()
            self._tell("the scheduler is back")

    def _take_introductions(self) -> None:
        """Take in the hosts of workers that have answered who they are."""
        for address, answer in self._workers.introductions():
            try:
                self._admit(address, answer)
            except InputError as error:
                self._tell(f"{address} is left out: {one_line(str(error))}")

    def _admit(self, address: str, answer: str) -> None:
        """Take in the host of a worker that has introduced itself."""
        facts = decode(answer, HostFacts)
        worker = self._workers.present[address]
        host = self._register.admit(worker, facts, set(self._workers.present))
        if host is None:
            name = as_name(worker.name or facts.hostname)
            self._tell(
                f"{address} is left out: another worker measures for {name}; "
                "give it another --name if it is on another host"
            )
            return
        if host.is_over:
            return
        host.status, host.reason = HostStatus.WAITING, ""
        self._conversation.changed(host, f"joined: {facts.hostname}, {worker.ip}")
        fleet = self._fleet
        if reason := differences.why_refused(facts, fleet.gilbench, fleet.target_code):
            self._conversation.end(host, HostStatus.REFUSED, reason)

    # The end

    def _is_over(self) -> bool:
        """Whether nothing more is to be waited for.

        Raises:
            InputError: There are no workers.
        """
        waited_s = time.monotonic() - self._conversation.changed_s
        states = self._hosts.values()
        if any(host.status in (HostStatus.WAITING, HostStatus.MEASURING) for host in states):
            return False
        if not states and waited_s > self._terms.patience_s:
            if self._workers.are_awaited:
                raise InputError(
                    f"no worker has answered for {self._terms.patience_s:g} s; "
                    "start them again on every host: gilbench fleet worker ADDRESS"
                )
            raise InputError(
                f"the scheduler has had no worker for {self._terms.patience_s:g} s; "
                "start one on every host: gilbench fleet worker ADDRESS"
            )
        is_missing = len(states) < max(1, self._terms.expected)
        is_missing |= any(host.status == HostStatus.LOST for host in states)
        is_missing |= self._workers.are_awaited
        return not is_missing or waited_s > self._terms.patience_s

    def _stop_hosts(self) -> None:
        """Have the hosts keep what they have, and take the rest of it."""
        self._tell("interrupted; the hosts keep what they have")
        measuring = [host for host in self._hosts.values() if host.status == HostStatus.MEASURING]
        for host in measuring:
            if host.address:
                self._link.tell(agent.stop, self._fleet.id, host.name, addresses=[host.address])
        until_s = time.monotonic() + STOPPING_S
        try:
            while time.monotonic() < until_s and any(host.future for host in measuring):
                self._conversation.take_messages()
                present = {worker.address for worker in self._link.workers()}
                for host in measuring:
                    is_gone = host.address not in present
                    if is_gone or (host.future is not None and is_done(host.future)):
                        host.future = None
                time.sleep(TICK_S)
        except (KeyboardInterrupt, SchedulerLost):  # what has not arrived is on the hosts
            pass
        self._conversation.take_messages()
        for host in self._hosts.values():
            if host.copy.status == "complete":
                host.status, host.reason = HostStatus.COMPLETE, ""
            elif not host.is_over and host.status != HostStatus.LOST:
                host.status, host.reason = HostStatus.INTERRUPTED, "the fleet was interrupted"
