"""What is asked of the hosts of a fleet, and what becomes of their answers and lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from gilbench.fleet import agent, differences
from gilbench.fleet.copies import Missing
from gilbench.fleet.hosts import HostState
from gilbench.fleet.link import Link, answer_of, is_done
from gilbench.fleet.messages import Ending, HostOrder, Update, decode, encode
from gilbench.fleet.planning import words_to_name_again
from gilbench.model import InputError, one_line
from gilbench.model.fleets import Fleet, HostStatus, PlanFacts
from gilbench.run.compose import Request

MOST_STRIKES = 3  # of a host in a row: what it sends cannot be used, or its run ends too early
SILENT_S = 15.0  # without a line from a run that has begun: its cores are sampled all the time
INTERVAL_S = 0.5


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


class Conversation:
    """Asks every host for what comes next, and takes what it sends.

    Attributes:
        interval_s: How long hosts gather lines before they send them.
        changed_s: When something happened last, on the monotonic clock.
    """

    def __init__(
        self,
        fleet: Fleet,
        terms: Terms,
        link: Link,
        hosts: dict[str, HostState],
        tell: Callable[[str], None],
    ) -> None:
        """Begin to talk to hosts.

        Args:
            fleet: What ``fleet.json`` says.
            terms: How the fleet is measured.
            link: The connection to the scheduler.
            hosts: By name; more may join.
            tell: Gets a line for what happens.
        """
        self._fleet, self._terms, self._link = fleet, terms, link
        self._hosts, self._tell = hosts, tell
        self.interval_s = INTERVAL_S
        self.changed_s = time.monotonic()

    # What they are asked

    def begin_what_can(self) -> None:
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
        host.heard_s = self.changed_s = time.monotonic()  # the attempt is saved before it is lost

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
            interval_s=self.interval_s,
            patience_s=self._terms.orphan_s,
        )

    # What they answer

    def settle(self) -> None:
        """Take the answers of the tasks that have ended."""
        for host in self._hosts.values():
            if host.future is not None and is_done(host.future):
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
            self.take_messages()  # those before the answer
            self._take_ending(host, decode(answer, Ending))
        else:
            host.status = HostStatus.WAITING

    def _compare(self, host: HostState, plan: PlanFacts) -> None:
        """Compare what a host would measure with what the first host does."""
        host.plan = plan
        first = next(other for other in self._hosts.values() if other.plan is not None)
        assert host.facts is not None
        assert first.facts is not None
        assert first.plan is not None
        if reason := differences.why_plan_refused(plan, first.plan):
            self.end(host, HostStatus.REFUSED, reason)
            return
        host.notes = differences.what_differs(host.facts, plan, first.facts, first.plan, first.name)
        for note in host.notes:
            self._tell(f"{host.name}: {note}")

    def take_messages(self) -> None:
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
            self.lose(host, "its worker is leaving")
            return
        if ending.sizes and ending.sizes != host.copy.have:
            self._strike(host, "its last lines have not arrived")
            return
        for verdicts in ending.verdicts:
            host.copy.take_verdicts(verdicts)
        if host.copy.status == "complete":
            reason = ending.reason if ending.code else ""
            self.end(host, HostStatus.COMPLETE, reason)
            return
        ended = "was killed" if ending.code is None else f"ended with {ending.code}"
        reason = one_line(ending.reason) or f"its run {ended}"
        self._strike(host, reason, final=ending.code == 2 and not host.copy.run_id)

    def _strike(self, host: HostState, reason: str, *, final: bool = False) -> None:
        """Ask a host again, or give up on it where that has not helped."""
        host.strikes += 1
        if final or host.strikes >= MOST_STRIKES:
            self.end(host, HostStatus.FAILED, reason)
            return
        self._tell(f"{host.name}: {reason}; asked again")
        self._ask_again(host)

    def _ask_again(self, host: HostState) -> None:
        host.future, host.asked = None, ""
        host.status = HostStatus.WAITING if host.address else HostStatus.LOST

    def end(self, host: HostState, status: HostStatus, reason: str) -> None:
        """Ask nothing more of a host, for the reason given."""
        host.status, host.reason, host.future = status, one_line(reason), None
        host.close_gap()
        self.changed(host, f"{status}{f': {host.reason}' if reason else ''}")

    def changed(self, host: HostState, what: str) -> None:
        """Say what happened to a host, and remember when something did."""
        self.changed_s = time.monotonic()
        self._tell(f"{host.name}: {what}")

    def note_silence(self) -> None:
        """Note hosts from whose run nothing has come for long, as where a network is cut."""
        now_s = time.monotonic()
        for host in self._hosts.values():
            silent_s = now_s - host.heard_s
            measures = host.status == HostStatus.MEASURING and host.copy.rounds and not host.doing
            if measures and silent_s > SILENT_S and host.copy.status == "running":
                host.open_gap(f"nothing came from it for {SILENT_S:g} s")

    def lose(self, host: HostState, reason: str) -> None:
        """Note that a host cannot be reached; what has arrived of it is kept."""
        host.address, host.future, host.asked = "", None, ""
        if host.is_over or host.status == HostStatus.LOST:  # the first reason stands
            return
        host.status, host.reason = HostStatus.LOST, reason
        host.open_gap(reason)
        self.changed(host, f"{reason}; {host.copy.rounds} rounds of it are kept")
