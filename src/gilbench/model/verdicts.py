"""What follows from a run: estimates with their intervals, and verdicts."""

from __future__ import annotations

from gilbench.model.base import Count, Frozen, Name, Share, Text
from gilbench.model.outcomes import Ground, Label, Outcome

# The remedy that ends a reason where too little was measured
UNFINISHED = "let a run finish: gilbench run"
OF_TRIALS = " of trials"  # the unit of a share of trials, which is shown as a count: 20 of 20


class Estimate(Frozen, frozen=True):
    """An effect with its interval, made for a level of ``confidence``.

    ``n`` counts launches, or trials for a share.
    """

    center: float
    lo: float
    hi: float
    unit: Name
    n: Count
    confidence: Share

    @property
    def sample(self) -> str:
        """What ``n`` counts."""
        return "trial" if self.unit == OF_TRIALS else "launch"

    def __str__(self) -> str:
        center = f"{self.center:z.2f}{self.unit}"
        if self.sample == "trial":
            center = f"{self.center * self.n:.0f} of {self.n}"
        return f"{center} [{self.lo:z.2f}, {self.hi:z.2f}]"


class Basis(Frozen, frozen=True):
    """What an estimate over launches was computed from, for those who compute further.

    Attributes:
        center: The trimmed mean; the mean of logarithms where ``log``.
        se: Its standard error, on the same scale.
        df: The degrees of freedom of ``se``.
        log: Whether all of this is on the scale of natural logarithms.
    """

    center: float
    se: float
    df: float
    log: bool


class Evidence(Frozen, frozen=True):
    """One quantity behind a verdict, in words and with its interval.

    ``basis`` is None for a share of trials, and in what a gilbench wrote that did not record it
    yet.
    """

    quantity: str
    estimate: Estimate
    item: str
    basis: Basis | None = None


class Bound(Frozen, frozen=True):
    """One test of a claim's rules, which prove the claim or refute it.

    ``quantity`` must lie above or below ``value``.

    ``every_trial`` says that there must be no exception, in addition. ``limit`` is how far the
    quantity certainly lies on that side, at the level that decides: the test passes exactly where
    the limit lies beyond ``value``. None without data, and in what a gilbench wrote that did not
    record it yet.
    """

    quantity: str
    value: float
    above: bool
    proves: bool
    every_trial: bool = False
    limit: float | None = None


class Verdict(Frozen, frozen=True):
    """What a run says of a claim on one target.

    ``bounds`` are those of every test of the claim's rules; none where the claim does not apply,
    and none in what a gilbench wrote that did not record them yet. ``ground`` is what the decision
    rests on; None where nothing is decided, and likewise.
    """

    id: Name
    statement: Text
    target: Name
    verdict: Outcome
    estimate: Estimate | None
    expected: Outcome | None
    reason: Text
    evidence: tuple[Evidence, ...]
    explanation: str
    source: str
    figure: str
    bounds: tuple[Bound, ...] = ()
    ground: Ground | None = None

    @property
    def label(self) -> Label:
        """The outcome as readers see it, which separates what held in every trial from proof."""
        if self.verdict == Outcome.PROVED and self.ground == Ground.EVERY_TRIAL:
            return Label.HELD
        return Label(self.verdict.value)

    def bounds_of(self, quantity: str) -> tuple[Bound, ...]:
        """The bounds of one quantity, by its name."""
        return tuple(bound for bound in self.bounds if bound.quantity == quantity)

    @property
    def is_unmeasured(self) -> bool:
        """Whether the run ended before anything was measured for the claim."""
        is_open = self.verdict == Outcome.INCONCLUSIVE and not self.evidence
        return is_open and self.reason.endswith(UNFINISHED)

    @property
    def as_expected(self) -> bool | None:
        """Whether the host confirms what is expected.

        None where nothing was decided or nothing was expected.
        """
        if self.expected is None or not self.verdict.is_decided:
            return None
        return self.verdict == self.expected
