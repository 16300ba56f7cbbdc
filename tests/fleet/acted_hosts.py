"""Hosts that are acted, for a coordinator under test."""

from pathlib import Path

import msgspec

from gilbench.fleet import agent
from gilbench.fleet.cluster import RESOURCE, Worker
from gilbench.fleet.following import Follower
from gilbench.fleet.link import SchedulerLost
from gilbench.fleet.messages import Ending, HostOrder, Update, decode, encode
from gilbench.model.fleets import HostFacts, PlanFacts

FACTS = HostFacts("vm", "m", "0.1.0", "1", "CPython 3.11.7", "code")
PLAN = PlanFacts("d", 1, ("CPython 3.11.7",), (), 2)


class Answer:
    """A task that has ended."""

    status = "finished"

    def __init__(self, text: str) -> None:
        self.text = text

    def done(self) -> bool:
        return True

    def result(self, timeout: float) -> str:
        return self.text


class Unanswered:
    """A task whose worker has gone."""

    status = "pending"

    def done(self) -> bool:
        return False


class Unreached:
    """A worker whose connection broke just then."""

    def done(self) -> bool:
        return True

    def result(self, timeout: float) -> str:
        raise ConnectionResetError("in the middle")


class ActedHosts:
    """In place of a link: each host has a run on its disk, and sends it as it is told to.

    ``breaks`` has, by host, how many of its attempts are cut off after the first lines.
    """

    def __init__(self, runs: dict[str, Path], breaks: dict[str, int] | None = None) -> None:
        self.messages: list[str] = []
        self.runs, self.breaks = runs, dict(breaks or {})
        self.silent: set[str] = set()
        self.gone: set[str] = set()  # whose worker is not there
        self.dies: set[str] = set()  # whose worker goes after the first lines
        self.out_of_reach: set[str] = set()  # for one question
        self.facts: dict[str, HostFacts] = {}
        self.plans: dict[str, PlanFacts] = {}
        self.is_up, self.outages = True, 0
        self.orders: list[HostOrder] = []

    def workers(self) -> list[Worker]:
        if self.outages:
            self.outages -= 1
            raise SchedulerLost
        return [
            Worker(name, name, "10.0.0.1", {RESOURCE: 1})
            for name in self.runs
            if name not in self.gone
        ]

    def reconnect(self) -> bool:
        return True

    def tell(self, function, *words, addresses) -> None:
        """Nothing runs here that could be told."""

    def ask_at_once(self, function, *words, address: str) -> Answer | Unanswered:
        if address in self.out_of_reach:
            self.out_of_reach.remove(address)
            return Unreached()
        return self.ask(function, *words, address=address)

    def ask(self, function, *words, address: str) -> Answer | Unanswered:
        if function is agent.introduce:
            return Answer(encode(self.facts.get(address, FACTS)))
        if function is agent.plan:
            return Answer(encode(self.plans.get(address, PLAN)))
        if function is agent.restore:
            return Answer("{}")
        answer = self.attend(decode(words[0], HostOrder), self.runs[address])
        if address in self.dies:
            self.gone.add(address)
            return Unanswered()
        return Answer(answer)

    def attend(self, order: HostOrder, run: Path) -> str:
        self.orders.append(order)
        sizes, pieces = {}, []
        for name in ("rounds.jsonl", "cores.jsonl"):
            follower = Follower(run / name, name)
            if order.have[name]:
                follower.skip(
                    order.have[name], order.last.encode() if name == "rounds.jsonl" else b""
                )
            if piece := follower.next_piece():
                pieces.append(piece)
            sizes[name] = (run / name).stat().st_size
        if order.host in self.silent:
            return encode(Ending("ended", 0, "", sizes, ()))
        run_json = (msgspec.Raw((run / "run.json").read_bytes()),)
        if self.breaks.get(order.host, 0):
            self.breaks[order.host] -= 1
            few = [msgspec.structs.replace(piece, lines=piece.lines[:4]) for piece in pieces[:1]]
            self.messages.append(
                encode(Update(order.host, order.attempt, "", run_json, tuple(few)))
            )
            return encode(Ending("ended", 0, "", sizes, ()))
        self.messages.append(encode(Update(order.host, order.attempt, "", run_json, tuple(pieces))))
        return encode(Ending("ended", 0, "", sizes, ()))


class Messages(list):
    """As a deque, for the one method that is used."""

    def popleft(self):
        return self.pop(0)
