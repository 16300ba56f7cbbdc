"""What must not be imported where it is not needed."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "pandas", "scipy", "matplotlib", "psutil", "msgspec", "jinja2", "rich", "pytest")


def loaded_by(code: str, names: tuple[str, ...] = HEAVY) -> set[str]:
    """Which of these modules a fresh interpreter has after running the code."""
    report = f"import sys; print(*[name for name in {names!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_version_costs_nothing():
    """``--version`` and ``--help`` import the standard library only."""
    for option in ("--version", "--help"):
        code = (
            f"from gilbench.cli import main\ntry:\n    main(['{option}'])\nexcept SystemExit: pass"
        )
        assert loaded_by(code) == set()


@pytest.mark.parametrize("command", [["list"], ["explain", "A19"]])
def test_what_only_lists_and_explains_needs_no_statistics(command):
    """``list`` puts the claims to the target, and ``explain`` finds one, without what computes or draws."""
    loaded = loaded_by(f"from gilbench.cli import main\nmain({command})")
    assert loaded.isdisjoint({"numpy", "pandas", "scipy", "matplotlib", "jinja2", "pytest"})


def test_a_claim_of_the_ledger_is_explained_without_plugins_or_runs():
    """``explain`` looks for no plugin, reads no run and starts nothing that would have to be swept up."""
    names = ("importlib.metadata", "subprocess", "gilbench.results.folder")
    assert not loaded_by("from gilbench.cli import main\nmain(['explain', 'A19'])", names)
    assert loaded_by("import importlib.metadata", names) == {"importlib.metadata"}


def test_no_claim_of_the_ledger_is_explained_with_what_keeps_or_judges_runs():
    """Neither ``explain`` nor any file of the ledger imports msgspec, tables, statistics or profiles."""
    names = ("msgspec", "statistics", "gilbench.results.tables", "gilbench.plan.profiles")
    ledger = "from gilbench.claims.registry import _claims_of_ledger; _claims_of_ledger()"
    explain = "from gilbench.cli import main\nmain(['explain', 'A19'])"
    assert not loaded_by(f"{ledger}\n{explain}", (*names, "gilbench.plugins.entry_points"))
    assert loaded_by("import gilbench.results.tables", names) == set(names) - {"statistics"}


def test_a_verb_is_imported_alone():
    """``explain`` declares no argument of another verb; the help declares those of all."""
    names = ("gilbench.commands.explain", "gilbench.commands.run", "gilbench.report")
    code = "from gilbench.cli import main\nmain(['explain', 'A19'])"
    assert loaded_by(code, names) == {"gilbench.commands.explain"}
    assert loaded_by("from gilbench.cli import parser\nparser()", names) == set(names)


def test_of_the_ledger_only_the_file_of_the_claim_is_imported():
    """Whatever the case of the id; an id that no file has needs them all."""
    names = tuple(f"gilbench.claims.ledger.{name}" for name in ("switch_interval", "channels"))
    assert loaded_by("from gilbench.cli import main\nmain(['explain', 'a19'])", names) == set(
        names[:1]
    )
    assert loaded_by("from gilbench.cli import main\nmain(['explain', 'A99'])", names) == set(names)


def test_other_peoples_pytest_sessions_stay_light():
    """The plugin that every pytest session loads brings pytest only."""
    assert loaded_by("import gilbench.measure.plugin") <= {"pytest"}


def test_the_check_can_fail():
    """The way the two tests above look at imports does see a heavy one."""
    assert "psutil" in loaded_by("import psutil")
