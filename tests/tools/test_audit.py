"""The audit of dependencies: it fails for a known vulnerability, and for nothing else."""

import json
import sys

import pytest
from tools import audit

UNKNOWN = {"name": "b", "skip_reason": "not found"}


@pytest.fixture
def answer(tmp_path):
    """A program in place of pip-audit: what it says of each service, by name."""

    def make(**said):
        program = tmp_path / "pip-audit"
        replies = {name: json.dumps({"dependencies": known}) for name, known in said.items()}
        code = (
            "import sys, pathlib\n"
            f"reply = {replies!r}.get(sys.argv[sys.argv.index('--vulnerability-service') + 1])\n"
            "pathlib.Path(sys.argv[-1]).write_text(reply) if reply else sys.exit('no connection')\n"
        )
        program.write_text(f"#!{sys.executable}\n{code}")
        program.chmod(0o755)
        return str(program)

    return make


def test_a_known_vulnerability_fails(answer, capsys):
    """It is named, with the release that fixes it."""
    found = {"id": "PYSEC-1", "fix_versions": ["2.0"]}
    program = answer(pypi=[{"name": "a", "version": "1.0", "vulns": [found]}])
    assert audit.main(program, "constraints.txt") == 1
    assert "a 1.0: PYSEC-1, fixed in 2.0" in capsys.readouterr().out


def test_dependencies_without_one_pass(answer, capsys):
    """How many were audited is said."""
    known = {"name": "a", "version": "1.0", "vulns": []}
    assert audit.main(answer(pypi=[known, UNKNOWN]), "constraints.txt") == 0
    assert "1 dependencies audited by pypi, 0 vulnerable" in capsys.readouterr().out


def test_an_index_that_knows_nothing_is_a_warning(answer, capsys):
    """As a mirror without the data is."""
    assert audit.main(answer(pypi=[UNKNOWN]), "constraints.txt") == 0
    said = capsys.readouterr().out
    assert "warning: not audited: pypi knows none of 1 dependencies; osv gave no answer" in said


def test_where_the_index_knows_nothing_another_service_is_asked(answer, capsys):
    """A vulnerability that only OSV knows fails too."""
    found = {"id": "OSV-1", "fix_versions": []}
    known = {"name": "a", "version": "1.0", "vulns": [found]}
    assert audit.main(answer(pypi=[UNKNOWN], osv=[known]), "constraints.txt") == 1
    assert "a 1.0: OSV-1, fixed in no release yet" in capsys.readouterr().out


@pytest.mark.parametrize("program", ["/nowhere/pip-audit", "true"])
def test_no_answer_is_a_warning(program, capsys):
    """A machine without a network, or without the program, passes."""
    assert audit.main(program, "constraints.txt") == 0
    assert "warning: not audited" in capsys.readouterr().out
