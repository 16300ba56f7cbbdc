"""What the command does with arguments that it cannot use: one line that names the remedy, and 2."""

import pytest
from tools.selfbench.__main__ import main


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--rows", "nope"), "no row 'nope' (choose from"),
        (("--minutes", "-3"), "--minutes -3 is no length of time; give 0 or more"),
        (("--minutes", "nan"), "give 0 or more"),
        (("--minutes", "inf"), "give 0 or more"),
        (("--journal", "{damaged}"), "damaged.jsonl:1 is no line of a journal"),
        (("--out", "{damaged}/page"), "make room there, or give another --journal or --out"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path, capsys, option, words):
    """Nothing is measured or written."""
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_text("nothing\n")
    usual = ["--minutes", "0", "--journal", str(tmp_path / "new.jsonl"), "--out", str(tmp_path)]
    code = main([*usual, *(word.format(damaged=damaged) for word in option)])
    said = capsys.readouterr().err
    assert code == 2 and words in said and said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["damaged.jsonl"]
