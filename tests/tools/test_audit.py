"""The audit of dependencies: it fails for a known vulnerability, and for nothing else."""

import json
import sys

import pytest
from tools import audit


@pytest.fixture
def answer(tmp_path):
    """A program in place of pip-audit that answers with these dependencies."""

    def make(dependencies):
        program = tmp_path / "pip-audit"
        reply = json.dumps({"dependencies": dependencies})
        code = f"import sys, pathlib\npathlib.Path(sys.argv[-1]).write_text({reply!r})\n"
        program.write_text(f"#!{sys.executable}\n{code}")
        program.chmod(0o755)
        return str(program)

    return make


def test_a_known_vulnerability_fails(answer, capsys):
    """It is named, with the release that fixes it."""
    found = {"id": "PYSEC-1", "fix_versions": ["2.0"]}
    program = answer([{"name": "a", "version": "1.0", "vulns": [found]}])
    assert audit.main(program, "constraints.txt") == 1
    assert "a 1.0: PYSEC-1, fixed in 2.0" in capsys.readouterr().out


def test_dependencies_without_one_pass(answer, capsys):
    """How many were audited is said."""
    known = {"name": "a", "version": "1.0", "vulns": []}
    assert audit.main(answer([known, {"name": "b", "skip_reason": "?"}]), "constraints.txt") == 0
    assert "1 of 2 dependencies audited, 0 vulnerable" in capsys.readouterr().out


def test_an_index_that_knows_nothing_is_a_warning(answer, capsys):
    """As a mirror without the data is."""
    assert audit.main(answer([{"name": "a", "skip_reason": "?"}]), "constraints.txt") == 0
    assert "warning: not audited" in capsys.readouterr().out


@pytest.mark.parametrize("program", ["/nowhere/pip-audit", "true"])
def test_no_answer_is_a_warning(program, capsys):
    """A machine without a network, or without the program, passes."""
    assert audit.main(program, "constraints.txt") == 0
    assert "warning: not audited" in capsys.readouterr().out
