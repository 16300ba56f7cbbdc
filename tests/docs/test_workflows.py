"""The shipped workflow for a library's CI: its own steps, run by a shell.

All but the one that installs, and with fewer launches: the question is whether they work.
"""

import os
import re
import subprocess
import sys
import sysconfig
import textwrap
import venv
from pathlib import Path

import pytest

from gilbench.check import calibration
from gilbench.commands._exit_codes import DOES_NOT_HOLD, OK

ROOT = Path(__file__).parent.parent.parent
WORKFLOW = ROOT / ".github" / "workflows" / "benchmark.yml"
STEP = re.compile(r"- name: (?P<name>.*)\n +run: (?:\|\n(?P<block>(?:  {9}.*\n)+)|(?P<line>.*)\n)")


def steps(job: str) -> dict[str, str]:
    """Name and script of every named step of a job."""
    (text,) = re.findall(
        rf"^  {job}:\n((?:    .*\n|\n)+)", WORKFLOW.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {
        step["name"]: textwrap.dedent(step["block"] or step["line"]) for step in STEP.finditer(text)
    }


def environment(home: Path) -> None:
    """A virtual environment that sees what this one has installed, with the command; nothing is downloaded."""
    venv.create(home, symlinks=True)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "installed.pth").write_text(f"{ROOT / 'src'}\n{sysconfig.get_path('purelib')}\n")
    command = home / "bin" / "gilbench"
    command.write_text(
        f"#!{home / 'bin' / 'python'}\nimport sys\nfrom gilbench.cli import main\nsys.exit(main())\n"
    )
    command.chmod(0o755)


@pytest.fixture
def runner(tmp_path: Path):
    """A function that runs a step's script in a folder as the job finds it after the step that installs."""
    (tmp_path / "head").symlink_to(ROOT)
    for side in ("main", "head"):
        environment(tmp_path / f"venv-{side}")
    hosted = {
        **os.environ,
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }

    def run(script: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(
            command, cwd=tmp_path, env=hosted, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.slow  # it imports scipy in some hundred processes
@pytest.mark.timeout(3600)
@pytest.mark.skipif(sys.platform == "win32", reason="the job runs on Linux")
def test_the_steps_that_hold_a_commit_against_main(runner, tmp_path):
    """Two environments with the same gilbench: the host is calibrated, both sides are measured and judged, and the
    summary tells. Whether nothing came out slower is not asked: that is a question to the host."""
    install, *measuring = steps("regressions").items()
    assert "venv-main/bin/pip install" in install[1] and len(measuring) == 2
    for name, script in measuring:
        short = script.replace(" calibrate", f" calibrate --launches {2 * calibration.FEWEST}")
        done = runner(short.replace(" check", " check --launches 0.3"))
        assert done.returncode in (OK, DOES_NOT_HOLD), f"{name}: {done.stderr}"
    assert list((tmp_path / "results" / "calibrations").glob("*.json"))
    assert list((tmp_path / "results" / "checks").glob("2*/check.json"))
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "gilbench check" in summary and "ci-case-located-serial-w1" in summary
