"""What the results of rounds must be: those of earlier rounds of the same work."""

from __future__ import annotations

from gilbench.measure.launches import MeasurementError


class ExpectedResults:
    """The results of a run's rounds, by the work that was done.

    Attributes:
        of_each_target: Whether results must match on each target, rather than on all: in a check
            head may have other code than baseline.
    """

    def __init__(self) -> None:
        self.of_each_target = False
        self._checksums: dict[tuple[str, str, int | None, int], int] = {}

    def check(
        self, target: str, workload: str, size: int | None, tasks: int, checksum: int
    ) -> None:
        """Check that the results of a round match those of every earlier one, whatever strategy.

        Args:
            target: The target's id.
            workload: What was computed.
            size: The size of its tasks; None where they have none.
            tasks: How many there were.
            checksum: The sum of their results.

        Raises:
            MeasurementError: They differ.
        """
        side = target if self.of_each_target else ""
        expected = self._checksums.setdefault((side, workload, size, tasks), checksum)
        if checksum != expected:
            raise MeasurementError(
                f"wrong result: checksum {checksum} where earlier rounds gave {expected}; "
                "the round does not count"
            )
