"""A run of the command line with a target that a test has broken, as the command line's own tests have it."""

from tests.commands.conftest import gilbench, target_copy

__all__ = ["gilbench", "target_copy"]
