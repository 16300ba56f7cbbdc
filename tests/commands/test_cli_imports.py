"""What must not be imported where it is not needed."""

import subprocess
import sys

HEAVY = ("numpy", "pandas", "scipy", "matplotlib", "psutil", "msgspec", "jinja2", "rich", "pytest")


def loaded_by(code: str) -> set[str]:
    """Which heavy modules a fresh interpreter has after running the code."""
    report = f"import sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
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


def test_listing_what_can_be_measured_needs_no_statistics():
    """``list`` of everything puts the claims to the target without pandas, scipy or what draws."""
    loaded = loaded_by("from gilbench.cli import main\nmain(['list'])")
    assert loaded.isdisjoint({"pandas", "scipy", "matplotlib", "jinja2", "pytest"})


def test_other_peoples_pytest_sessions_stay_light():
    """The plugin that every pytest session loads brings pytest only."""
    assert loaded_by("import gilbench.measure.plugin") <= {"pytest"}


def test_the_check_can_fail():
    """The way the two tests above look at imports does see a heavy one."""
    assert "psutil" in loaded_by("import psutil")
