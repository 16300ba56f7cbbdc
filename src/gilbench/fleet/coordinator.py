"""Has every host of a fleet measured, and keeps what arrives of each.

A host is asked three things in turn, each a task of Dask on its worker: who it is, what it would
measure, and to measure it. Whatever goes in between, worker, scheduler or coordinator, the third is
asked again with what has arrived so far, and the host sends the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gilbench.fleet import agent, differences
from gilbench.fleet.cluster import Worker
from gilbench.fleet.copies import Missing
from gilbench.fleet.hosts import HostRegister, HostState
from gilbench.fleet.link import Link, SchedulerLost, answer_of
from gilbench.fleet.messages import Ending, HostOrder, Update, decode, encode
from gilbench.fleet.planning import words_to_name_again
from gilbench.model import InputError, one_line
from gilbench.model.fleets import Fleet, Gap, HostFacts, HostStatus, PlanFacts
from gilbench.results.fleet_folder import write_fleet
from gilbench.run.compose import Request
from gilbench.run.recorder import utc_now

TICK_S = 0.1
SAVE_S = 5.0
MOST_STRIKES = 3  # of a host in a row: what it sends cannot be used, or its run ends too early
SILENT_S = 15.0  # without a line from a run that has begun: its cores are sampled all the time
HOSTS_PER_INTERVAL = 200  # so that a scheduler gets about 400 messages a second
INTERVAL_S = 0.5
STOPPING_S = 45.0  # for hosts to keep what they have, after an interrupt


@dataclass(frozen=True)
class Terms:
    """How a fleet is measured.

    Attributes:
        request: What every host measures.
        at_once: Whether hosts of one machine may measure at the same time.
        expected: How many hosts there must be at least.
        patience_s: How long to wait for hosts that are not there.
        orphan_s: How long the run of a host continues while nobody follows it.
    """

    request: Request
    at_once: bool
    expected: int
    patience_s: float
    orphan_s: float


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
        self._workers: dict[str, Worker] = {}
        self._introducing: dict[str, object] = {}  # by address
        self._known: set[str] = set()  # addresses of workers that have introduced themselves
        self._began_s = self._changed_s = time.monotonic()
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
            InputError: There are no workers, or the folder cannot be written.
        """
        interrupted = False
        try:
            while not self._is_over():
                self._step()
        except KeyboardInterrupt:
            interrupted = True
            self._stop_hosts()
        self._fleet = msgspec.structs.replace(self.fleet, ended_utc=utc_now())
        write_fleet(self._folder, self._fleet)
        return interrupted

    def _step(self) -> None:
        self._take_messages()
        try:
            if not self._link.is_up:
                raise SchedulerLost
            self._see_workers()
            self._settle()
            self._begin_what_can()
        except SchedulerLost:
            self._lose_scheduler()
        self._note_silence()
        if time.monotonic() - self._saved_s > SAVE_S:
            self._saved_s = time.monotonic()
            write_fleet(self._folder, self.fleet)
        self._show(list(self._hosts.values()))
        time.sleep(TICK_S)

    # Who is there

    def _see_workers(self) -> None:
        """Look which workers have come and gone, less often the more there are."""
        now_s = time.monotonic()
        if now_s - self._looked_s < self._interval_s:
            return
        self._looked_s = now_s
        self._workers = {worker.address: worker for worker in self._link.workers()}
        for host in self._hosts.values():
            if host.address and host.address not in self._workers:
                self._lose(host, "its worker has gone")
        self._known &= set(self._workers)
        for address in list(self._introducing):
            if address not in self._workers:
                del self._introducing[address]
        for address in self._workers:
            if address not in self._known and address not in self._introducing:
                self._introducing[address] = self._link.ask(agent.introduce, address=address)

    @property
    def _interval_s(self) -> float:
        return INTERVAL_S * max(1.0, len(self._workers) / HOSTS_PER_INTERVAL)

    def _lose(self, host: HostState, reason: str) -> None:
        host.address, host.future, host.asked = "", None, ""
        if host.is_over:
            return
        host.status, host.reason = HostStatus.LOST, reason
        host.open_gap(reason)
        self._changed(host, f"{reason}; {host.copy.rounds} rounds of it are kept")

    def _lose_scheduler(self) -> None:
        """Note that the scheduler has gone, and try to reach it again."""
        if not self._gaps or self._gaps[-1].ended_utc is not None:
            self._gaps.append(Gap(utc_now(), None, "the scheduler has gone"))
            self._tell("the scheduler has gone; the hosts continue, and it is tried again")
            self._introducing.clear()
            self._known.clear()
            self._workers = {}
            for host in self._hosts.values():
                self._lose(host, "the scheduler has gone")
        if self._link.reconnect():
            gap = self._gaps[-1]
            self._gaps[-1] = Gap(gap.began_utc, utc_now(), gap.reason)
            self._changed_s = time.monotonic()
            self._tell("the scheduler is back")

    def _admit(self, address: str, answer: str) -> None:
        """Take in the host of a worker that has introduced itself."""
        facts = decode(answer, HostFacts)
        worker = self._workers[address]
        host = self._register.admit(worker, facts, set(self._workers))
        if host is None:
            self._tell(f"{address} is left out: another worker measures for its host")
            return
        if host.is_over:
            return
        host.status, host.reason = HostStatus.WAITING, ""
        self._changed(host, f"joined: {facts.hostname}, {worker.ip}")
        fleet = self._fleet
        if reason := differences.why_refused(facts, fleet.gilbench, fleet.target_code):
            self._end(host, HostStatus.REFUSED, reason)

    # What they are asked

    def _begin_what_can(self) -> None:
        """Ask the next thing of every host whose machine is free."""
        busy = set()
        for host in self._hosts.values():
            if host.future is not None and host.facts is not None:
                busy.add(host.facts.machine)
        for host in self._hosts.values():
            if host.status != HostStatus.WAITING or host.future is not None or not host.address:
                continue
            assert host.facts is not None
            if host.facts.machine in busy and not self._terms.at_once:
                continue
            busy.add(host.facts.machine)
            self._ask_next(host)

    def _ask_next(self, host: HostState) -> None:
        if host.plan is None:
            request = msgspec.json.encode(self._terms.request).decode()
            self._ask(host, "plan", agent.plan, request)
            host.doing = "planning"
            return
        host.attempts += 1
        order = self._order(host)
        self._link.tell(
            agent.supersede, order.fleet, host.name, order.attempt, addresses=[host.address]
        )
        self._ask(host, "attend", agent.attend, encode(order))
        host.status, host.doing = HostStatus.MEASURING, "starting"
        host.heard_s = time.monotonic()

    def _ask(self, host: HostState, what: str, function: object, *words: object) -> None:
        host.future = self._link.ask(function, *words, address=host.address)
        host.asked = what

    def _order(self, host: HostState) -> HostOrder:
        return HostOrder(
            fleet=self._fleet.id,
            host=host.name,
            options=self._fleet.options,
            again=words_to_name_again(self._terms.request),
            attempt=host.attempts,
            have=host.copy.have,
            last=host.copy.last,
            run_json=host.copy.run_json(),
            at_once=self._terms.at_once,
            interval_s=self._interval_s,
            patience_s=self._terms.orphan_s,
        )

    # What they answer

    def _settle(self) -> None:
        """Take the answers of the tasks that have ended."""
        for address, future in list(self._introducing.items()):
            if _is_done(future):
                del self._introducing[address]
                self._known.add(address)
                try:
                    self._admit(address, answer_of(future))
                except InputError as error:
                    self._tell(f"{address} is left out: {one_line(str(error))}")
        for host in self._hosts.values():
            if host.future is not None and _is_done(host.future):
                future, asked = host.future, host.asked
                host.future, host.asked = None, ""
                try:
                    self._take_answer(host, asked, answer_of(future))
                except InputError as error:
                    self._strike(host, one_line(str(error)), final=asked == "plan")

    def _take_answer(self, host: HostState, asked: str, answer: str) -> None:
        if asked == "plan":
            self._compare(host, decode(answer, PlanFacts))
        elif asked == "attend":
            self._take_messages()  # those before the answer
            self._take_ending(host, decode(answer, Ending))
        else:
            host.status = HostStatus.WAITING

    def _compare(self, host: HostState, plan: PlanFacts) -> None:
        """Compare what a host would measure with what the first host does."""
        host.plan = plan
        first = next(one for one in self._hosts.values() if one.plan is not None)
        assert host.facts is not None
        assert first.facts is not None
        assert first.plan is not None
        if reason := differences.why_plan_refused(plan, first.plan):
            self._end(host, HostStatus.REFUSED, reason)
            return
        host.notes = differences.what_differs(host.facts, plan, first.facts, first.plan, first.name)
        for note in host.notes:
            self._tell(f"{host.name}: {note}")

    def _take_messages(self) -> None:
        """Write what has arrived."""
        while self._link.messages:
            try:
                update = decode(self._link.messages.popleft(), Update)
            except InputError as error:
                self._tell(f"a message is left out: {error}")
                continue
            host = self._hosts.get(update.host)
            if host is None or update.attempt != host.attempts or host.is_over:
                continue
            host.heard_s = time.monotonic()
            host.close_gap()
            host.doing = update.doing
            try:
                host.copy.take(update)
                host.strikes = 0
            except Missing:
                self._ask_again(host)
            except InputError as error:
                self._strike(host, one_line(str(error)))

    def _take_ending(self, host: HostState, ending: Ending) -> None:
        if ending.outcome == "wanting":
            restored = encode(host.copy.restored(self._fleet.id, host.name))
            self._ask(host, "restore", agent.restore, restored)
            return
        if ending.outcome in ("superseded", "leaving"):
            self._lose(host, "its worker is leaving")
            return
        if ending.sizes and ending.sizes != host.copy.have:
            self._strike(host, "its last lines have not arrived")
            return
        for verdicts in ending.verdicts:
            host.copy.take_verdicts(verdicts)
        if host.copy.status == "complete":
            reason = ending.reason if ending.code else ""
            self._end(host, HostStatus.COMPLETE, one_line(reason))
            return
        reason = one_line(ending.reason) or f"its run ended with {ending.code}"
        self._strike(host, reason, final=ending.code == 2 and not host.copy.run_id)

    def _strike(self, host: HostState, reason: str, *, final: bool = False) -> None:
        """Ask a host again, or give up on it where that has not helped."""
        host.strikes += 1
        if final or host.strikes >= MOST_STRIKES:
            self._end(host, HostStatus.FAILED, reason)
            return
        self._tell(f"{host.name}: {reason}; asked again")
        self._ask_again(host)

    def _ask_again(self, host: HostState) -> None:
        host.future, host.asked = None, ""
        host.status = HostStatus.WAITING if host.address else HostStatus.LOST

    def _end(self, host: HostState, status: HostStatus, reason: str) -> None:
        host.status, host.reason, host.future = status, reason, None
        host.close_gap()
        self._changed(host, f"{status}{f': {reason}' if reason else ''}")

    def _changed(self, host: HostState, what: str) -> None:
        self._changed_s = time.monotonic()
        self._tell(f"{host.name}: {what}")

    def _note_silence(self) -> None:
        """Note hosts from whose run nothing has come for long, as where a network is cut."""
        now_s = time.monotonic()
        for host in self._hosts.values():
            silent_s = now_s - host.heard_s
            measures = host.status == HostStatus.MEASURING and host.copy.rounds and not host.doing
            if measures and silent_s > SILENT_S and host.copy.status == "running":
                host.open_gap(f"nothing came from it for {SILENT_S:g} s")

    # The end

    def _is_over(self) -> bool:
        """Whether nothing more is to be waited for.

        Raises:
            InputError: There are no workers.
        """
        waited_s = time.monotonic() - self._changed_s
        states = self._hosts.values()
        if any(host.status in (HostStatus.WAITING, HostStatus.MEASURING) for host in states):
            return False
        if not states and waited_s > self._terms.patience_s:
            raise InputError(
                f"the scheduler has had no worker for {self._terms.patience_s:g} s; "
                "start one on every host: gilbench fleet worker ADDRESS"
            )
        is_missing = len(states) < max(1, self._terms.expected)
        is_missing |= any(host.status == HostStatus.LOST for host in states)
        is_missing |= bool(self._introducing)
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
                self._take_messages()
                for host in measuring:
                    if host.future is not None and _is_done(host.future):
                        host.future = None
                time.sleep(TICK_S)
        except KeyboardInterrupt:  # once more: what has not arrived is on the hosts
            pass
        self._take_messages()
        for host in self._hosts.values():
            if not host.is_over:
                host.status, host.reason = HostStatus.INTERRUPTED, "the fleet was interrupted"


def _is_done(future: object) -> bool:
    return bool(future.done())  # type: ignore[attr-defined]
