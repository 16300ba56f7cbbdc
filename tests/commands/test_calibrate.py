"""``gilbench calibrate``."""

from gilbench import cli


def test_too_few_launches_to_calibrate_are_refused_before_measuring(capsys, tmp_path):
    """Not after minutes of it."""
    code = cli.main(["calibrate", "--launches", "7", "--out", str(tmp_path / "results")])
    said = capsys.readouterr()
    assert (
        (code, said.out) == (2, "") and "give 8 or more" in said.err and said.err.count("\n") == 1
    )
    assert not (tmp_path / "results").exists()
