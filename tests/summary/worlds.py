"""A world of one workload, measured under every strategy as a user's own would be."""

from dataclasses import dataclass, field

from msgspec.structs import replace
from tests.synthetic import World

from gilbench.model import Effort, PlannedItem, UserFunction
from gilbench.plan.matrix import Filters, matrix
from gilbench.plan.profiles import PROFILES

EFFORT = Effort((12,), 3)
OWN = UserFunction("work.py", "work.py", None, "work", "task", ".", 1.0, asynchronous=False)


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


@dataclass
class OwnWorkload(OneWorkload):
    """A world in which that workload is a function of the user, of which ``own`` was found when it was tried."""

    own: UserFunction = OWN
    task_s: float = 0.001

    def __post_init__(self):
        super().__post_init__()
        workloads = []
        for each in self.target.description.workloads:
            is_own = each.name == self.workload
            workloads.append(replace(each, own=self.own, task_s=self.task_s) if is_own else each)
        description = replace(self.target.description, workloads=tuple(workloads))
        self.target = replace(self.target, description=description)
        self.targets = (self.target,)
