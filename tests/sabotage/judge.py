"""Measures what one claim needs and prints its verdict as JSON, without a report: ``judge.py CLAIM PROFILE [TARGET]``.

Of several targets it is the verdict on the first.
"""

import sys

import msgspec

from gilbench.claims.judging import judge_claims
from gilbench.model import InputError
from gilbench.plan.matrix import Filters
from gilbench.run import pytest_driver
from gilbench.run.compose import Request
from gilbench.run.start import FreshStart
from gilbench.run.suite_run import SuiteRun


def main(claim: str, profile: str, *pythons: str) -> int:
    """Exit code 3, with the reason, where the claim does not apply here or a target is not there."""
    request = Request(profile, pythons, filters=Filters(claims=(claim,)))
    try:
        run = SuiteRun(FreshStart.on_claims(request, None, ["judge", claim]))
    except InputError as error:
        print(error)
        return 3
    if run.plan.problems:
        print(run.plan.problems[0])
        run.close()
        return 3
    pytest_driver.measure(run)
    verdict, *_ = judge_claims(run.tables())
    sys.stdout.buffer.write(msgspec.json.encode(verdict))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
