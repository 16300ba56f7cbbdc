"""Completion scripts name what the parser knows, and bash itself completes with them."""

import shutil
import subprocess

import pytest

from gilbench.cli import main, parser
from gilbench.commands._arguments import verbs_of


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_and_option_is_there(shell, capsys):
    """Whatever the shell."""
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for verb in verbs_of(parser()):
        assert verb in script
    assert "profile" in script
    assert "against" in script


def test_bash_completes(capsys):
    """A command from its first letters, an option of that command and no other's, the names that may follow."""
    if shutil.which("bash") is None:
        pytest.skip("no bash here")
    main(["completion", "bash"])
    script = capsys.readouterr().out

    def completed(*words: str) -> list[str]:
        line = " ".join(f"'{word}'" for word in words)
        ask = f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _gilbench\n"
        ask += 'printf "%s\\n" "${COMPREPLY[@]}"\n'
        done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True)
        return done.stdout.split()

    assert completed("gilbench", "adv") == ["advise"]
    assert "--profile" in completed("gilbench", "run", "--pro")
    assert completed("gilbench", "show", "--pro") == []
    assert completed("gilbench", "run", "--profile", "st") == ["standard"]
    assert completed("gilbench", "fleet", "w") == ["worker"]
    assert "claims" in completed("gilbench", "list", "")
    assert completed("gilbench", "report", "") == []  # a folder, which the shell completes
