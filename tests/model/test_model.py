"""What the package offers, which it loads on first use."""

import importlib

import pytest

from gilbench import model


def test_every_name_that_is_offered_is_found():
    """Each is the one of its file, whether or not another name of the file was used before."""
    assert set(dir(model)) == set(model.__all__)
    for name in model.__all__:
        assert getattr(model, name) is not None
    assert model.Outcome is importlib.import_module("gilbench.model.outcomes").Outcome
    assert model.Experiment is importlib.import_module("gilbench.model.items").Experiment


def test_what_is_not_offered_is_not_there():
    """As of any module: neither a name that nothing has, nor one that a file has for itself."""
    for name in ("nothing", "msgspec"):
        with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
            getattr(model, name)
