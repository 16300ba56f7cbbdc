"""How a run about claims spends its time: where the doubt is, and on what readers ask first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gilbench.claims.judging import RunClaims, Standing
from gilbench.claims.outlook import launches_to_fitness, outlook
from gilbench.claims.registry import HEADLINE
from gilbench.model import Comparison, Outcome, PlannedItem, Stop, Verdict
from gilbench.results.tables import build
from gilbench.run.pace import Pace

ROUGHLY = 2.0  # what a claim takes is known to within such a factor from its first launches


class ClaimsScheduler:
    """Spends a run's time where the doubt is; each kind of item waits for those before it.

    1. Headline claims get the launches of their first interim analysis in turn. In a run that is
       narrowed to a few claims, such as a glance, each gets them before the next, so that the first
       verdict comes early, and those of ``ASKED_FIRST`` are decided before any other begins.
       Those that are open continue in turn up to ``HEADLINE_LAUNCHES`` as long as the host is fit
       for them, since the spread of fewer is too rough to give them up, and then until
       ``HEADLINE_SHARE`` of the budget is spent if the time that is left may decide them.
    2. Every other claim gets the launches of its first interim analysis. The launches of all of
       them are interleaved, so that a noisy ten seconds cost every claim a little and none all.
       Launches that follow each other directly are also less independent: a core keeps its speed
       for seconds (docs/measurements/simulated-hosts.md).
    3. A/A controls get their launches.
    4. Headline claims that are open get launches in turn, as long as the host is fit and the time
       that is left may decide them.
    5. So do the others, the quickest to decide first: launches are interleaved of those that the
       next ``TURNS_S`` seconds would decide.
    6. Every claim that is still open gets ``KNOWN_LAUNCHES``: the spread of fewer is too rough to
       say that more would not decide it. Then those get launches that may be decided.
    7. What no claim needs and the report shows gets what is left, the item with the fewest launches
       first.
    8. Time that is still left goes to the claims that it is not expected to decide.

    An item that claims need ends when all of them are settled; every item ends with its last
    planned launch, or when the budget is spent. A claim is analysed when the last of its items has
    reached another planned number of launches, and at no other time: the number of its analyses is
    paid for (docs/decisions/0003), so that stopping early costs no truth.
    """

    ASKED_FIRST = HEADLINE[:3]  # what a glance is for: threads, processes, waiting
    ASKED_FIRST_LAUNCHES = 16  # enough for three analyses of a glance
    HEADLINE_LAUNCHES = 12
    HEADLINE_SHARE = 0.25  # of the budget (docs/decisions/0031)
    KNOWN_LAUNCHES = 12
    TURNS_S = 20.0

    def __init__(self, pace: Pace, claims: RunClaims) -> None:
        """Schedule what a recorder's run has planned.

        Args:
            pace: What was measured so far, and the plan.
            claims: The claims that the run covers.
        """
        self._pace, self._claims = pace, claims
        self._standings = claims.standings(build(pace.recorder.run, ()))
        self._looks_taken: list[float] = [0] * len(self._standings)
        self._verdicts: list[Verdict] | None = None

    def over(self) -> Sequence[tuple[PlannedItem, Stop]]:
        self._analyse()
        needed = self._needed_items(self._open())
        ends = []
        for planned in self._pace.unended:
            launches = self._pace.launches(planned)
            is_needed = planned.item.id in needed
            if planned.claims and launches >= planned.effort.looks[0] and not is_needed:
                ends.append((planned, Stop.SETTLED))
            elif launches >= planned.effort.most_launches:
                ends.append((planned, Stop.EFFORT))
            elif self._pace.left_s < self._pace.launch_s(planned):
                ends.append((planned, Stop.TIME))
        return ends

    def next(self) -> PlannedItem | None:
        for candidates in self._candidates():
            fewest = min(candidates, key=self._pace.launches, default=None)
            if fewest is not None:
                return fewest
        return None

    def remaining_s(self) -> float:
        """What the open claims and the report still need, at most what the budget leaves."""
        open_claims = self._open()
        needed = self._needed_items(open_claims)
        expected_s = 0.0
        for planned in self._pace.unended:
            effort = planned.effort
            wanted = effort.looks[0] if planned.item.id in needed else effort.most_launches
            missing = max(0, wanted - self._pace.launches(planned))
            expected_s += missing * self._pace.launch_s(planned)
        for standing in open_claims:
            seconds = self._seconds_to_decide(standing)
            if seconds is None:  # nothing is expected to decide it, and it gets what is left
                seconds = self._seconds_to_end(standing)
            expected_s += seconds
        return min(expected_s, max(0.0, self._pace.left_s))

    def verdicts(self) -> Sequence[Verdict]:
        # Not analysed here: whoever watches asks while a launch is being measured, too.
        if self._verdicts is None:
            self._verdicts = self._claims.judge(self._pace.recorder.tables(), self._standings)
        return self._verdicts

    def _analyse(self) -> None:
        """Analyse the claims of which every item has reached another planned number of launches."""
        looks_passed = self._pace.looks_passed()
        unchanged = {}
        for index, standing in enumerate(self._standings):
            looks = min(looks_passed[item.id] for item in standing.question.required_items)
            if looks == self._looks_taken[index]:
                unchanged[index] = standing
            self._looks_taken[index] = looks
        if len(unchanged) < len(self._standings):
            self._standings = self._claims.standings(self._pace.recorder.tables(), unchanged)
            self._verdicts = None

    def _candidates(self) -> Iterable[list[PlannedItem]]:
        """Groups of items, the most urgent group first.

        Within a group the item with the fewest launches comes first.
        """
        open_claims = self._open()
        headline = [standing for standing in open_claims if standing.entry.claim.id in HEADLINE]
        headline.sort(key=lambda standing: HEADLINE.index(standing.entry.claim.id))
        if self._pace.recorder.run.claims:
            yield from self._one_by_one(headline)
        yield self._below_first_look(headline)
        yield self._below(self._fit(headline), self.HEADLINE_LAUNCHES)
        promising = self._promising(headline)
        if self._pace.spent_s < self.HEADLINE_SHARE * self._pace.plan.budget_s:
            yield self._items_of(promising)
        yield self._below_first_look(open_claims)
        yield [planned for planned in self._pace.unended if _is_control(planned)]
        left_s = self._pace.left_s
        yield self._items_of(self._promising(headline))
        decidable = self._decidable(open_claims, left_s)
        yield self._items_of(self._decidable(decidable, self.TURNS_S) or decidable[:1])
        yield self._below(open_claims, self.KNOWN_LAUNCHES)
        yield self._items_of(self._promising(open_claims))
        yield self._report_only(open_claims)
        yield self._items_of(open_claims)

    def _one_by_one(self, headline: Sequence[Standing]) -> Iterable[list[PlannedItem]]:
        """The groups of headline claims in a narrowed run: each claim's first analysis by itself.

        What is asked first is decided, if the time that is left may decide it, before anything else
        begins. Where it seems that it cannot be, it continues after the others' first analyses, up
        to ``ASKED_FIRST_LAUNCHES`` as long as the host is fit for it: by the spread of fewer,
        claims were given up that these launches decide.
        """
        asked_first = []
        for standing in headline:
            if standing.entry.claim.id in self.ASKED_FIRST:
                asked_first.append(standing)
                yield self._below_first_look([standing])
        yield self._items_of(self._promising(asked_first))
        for standing in headline:
            yield self._below_first_look([standing])
        yield self._below(self._fit(asked_first), self.ASKED_FIRST_LAUNCHES)

    def _report_only(self, open_claims: Iterable[Standing]) -> list[PlannedItem]:
        """What the report shows and no open claim needs."""
        needed = self._needed_items(open_claims)
        return [planned for id, planned in self._pace.recorder.unended.items() if id not in needed]

    def _open(self) -> list[Standing]:
        """The claims that more launches may still decide."""
        tables = self._pace.recorder.tables()
        standings = []
        for standing in self._standings:
            is_open = standing.outcome == Outcome.INCONCLUSIVE and not standing.lies_between(tables)
            if is_open and self._items_of([standing]):
                standings.append(standing)
        return standings

    def _items_of(self, standings: Iterable[Standing]) -> list[PlannedItem]:
        """The items that some claims need and that have not ended."""
        needed = self._needed_items(standings)
        return [planned for id, planned in self._pace.recorder.unended.items() if id in needed]

    @staticmethod
    def _needed_items(standings: Iterable[Standing]) -> set[str]:
        """The ids of the items that some claims need."""
        ids: set[str] = set()
        for standing in standings:
            ids.update(item.id for item in standing.question.required_items)
        return ids

    def _below_first_look(self, standings: Iterable[Standing]) -> list[PlannedItem]:
        """The items that some claims need, before their first interim analysis."""
        below = []
        for planned in self._items_of(standings):
            if self._pace.launches(planned) < planned.effort.looks[0]:
                below.append(planned)
        return below

    def _below(self, standings: Iterable[Standing], launches: int) -> list[PlannedItem]:
        """The items that some claims need, with fewer launches than so many."""
        items = self._items_of(standings)
        return [planned for planned in items if self._pace.launches(planned) < launches]

    def _fit(self, open_claims: Iterable[Standing]) -> list[Standing]:
        """The claims for which the host is fit, by what was measured so far."""
        tables = self._pace.recorder.tables()
        return [standing for standing in open_claims if not standing.waits_for_the_host(tables)]

    def _promising(self, open_claims: Iterable[Standing]) -> list[Standing]:
        """The claims that the time that is left may decide on this host.

        The spread of a few launches is a rough estimate, so that half of the launches that it asks
        for may be enough.
        """
        promising = []
        for standing in open_claims:
            seconds = self._seconds_to_decide(standing, ROUGHLY)
            if seconds is not None and seconds <= ROUGHLY * self._pace.left_s:
                promising.append(standing)
        return promising

    def _decidable(self, open_claims: Sequence[Standing], within_s: float) -> list[Standing]:
        """The claims that can be expected to be decided within some seconds, one after another.

        The quickest comes first.
        """
        expected = []
        for standing in open_claims:
            seconds = self._seconds_to_decide(standing)
            if seconds is not None:
                expected.append((seconds, standing))
        expected.sort(key=lambda pair: pair[0])
        decidable = []
        for seconds, standing in expected:
            within_s -= seconds
            if within_s < 0:
                break
            decidable.append(standing)
        return decidable

    def _seconds_to_decide(self, standing: Standing, roughly: float = 1.0) -> float | None:
        """About how many seconds it takes to decide a claim.

        None where ``roughly`` times its planned launches cannot be expected to decide it.
        """
        tables = self._pace.recorder.tables()
        items = self._items_of([standing])
        if standing.waits_for_the_host(tables):
            return None
        prospect = outlook(standing.question, standing.level, tables)
        if prospect is None:  # one of its items was not measured yet
            return sum(self._pace.launch_s(planned) * planned.effort.looks[0] for planned in items)
        until_fit = launches_to_fitness(standing.question, prospect.leans, tables)
        if prospect.launches is None or until_fit is None:
            return None
        launches = max(prospect.launches, until_fit)
        seconds = 0.0
        for planned in items:
            room = planned.effort.most_launches - self._pace.launches(planned)
            if launches > roughly * room:
                return None
            seconds += launches * self._pace.launch_s(planned)
        return seconds

    def _seconds_to_end(self, standing: Standing) -> float:
        """About how many seconds all launches take that are planned for a claim and not made."""
        seconds = 0.0
        for planned in self._items_of([standing]):
            room = planned.effort.most_launches - self._pace.launches(planned)
            seconds += room * self._pace.launch_s(planned)
        return seconds


def _is_control(planned: PlannedItem) -> bool:
    """Whether an item is serial code paired with itself."""
    item = planned.item
    return isinstance(item, Comparison) and item.case == item.reference


def claims_scheduler(pace: Pace) -> ClaimsScheduler:
    """The scheduler of a run about claims."""
    return ClaimsScheduler(pace, RunClaims(pace.recorder.run))
