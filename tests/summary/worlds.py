"""A world of one workload, measured under every strategy as a user's own would be."""

from dataclasses import dataclass, field

from tests.synthetic import World

from gilbench.model import Effort, PlannedItem
from gilbench.plan.matrix import Filters, matrix
from gilbench.plan.profiles import PROFILES

EFFORT = Effort((12,), 3)


@dataclass
class OneWorkload(World):
    """A world in which one workload was measured under every strategy, as a user's own would be."""

    workload: str = "fnv1a"
    launches: int = 12
    strategies: tuple[str, ...] = field(default=())

    def plan(self):
        filters = Filters(workloads=(self.workload,), strategies=self.strategies)
        found = matrix(self.target, PROFILES["standard"], self.cores, filters)
        return tuple(PlannedItem(comparison, EFFORT) for comparison in found)
