"""gilbench settles, on this machine and with evidence, what Python's Global Interpreter Lock costs.

This file imports nothing, so that its version costs nothing; what it offers is loaded on first use.
"""

__version__ = "0.1.0"
__all__ = ["InputError", "__version__", "advise", "load", "measure"]

TYPE_CHECKING = False  # type checkers take it for true; typing would be an import
if TYPE_CHECKING:
    from gilbench.api.advising import advise
    from gilbench.api.loaded_run import load
    from gilbench.api.measuring import measure
    from gilbench.model import InputError

_PLACES = {
    "InputError": "gilbench.model",
    "advise": "gilbench.api.advising",
    "load": "gilbench.api.loaded_run",
    "measure": "gilbench.api.measuring",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
