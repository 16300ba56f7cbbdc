"""gilbench settles, on this machine and with evidence, what Python's Global Interpreter Lock costs.

This file stays empty of imports: it is also read by every interpreter under test, from CPython 3.8 on.
What it offers is loaded on first use.
"""

__version__ = "0.1.0"
__all__ = ["InputError", "__version__", "load"]

TYPE_CHECKING = False  # type checkers take it for true; typing would be an import
if TYPE_CHECKING:
    from gilbench.api import load
    from gilbench.model import InputError


def __getattr__(name: str) -> object:
    if name == "load":
        from gilbench.api import load

        return load
    if name == "InputError":
        from gilbench.model import InputError

        return InputError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
