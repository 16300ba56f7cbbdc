"""``gilbench.advise``, measured for real with a small budget."""

import hashlib

from tests.patience import with_more_time

import gilbench

BUFFER = bytes(1 << 16)


def digest(salt):
    return hashlib.sha256(salt + BUFFER).digest()


def test_a_function_is_advised_on(tmp_path):
    """The answer prints as the command's does, shows as a table in Jupyter, and is kept as a run."""
    advice = with_more_time(
        lambda budget_s: gilbench.advise(digest, (b"salt",), budget_s=budget_s, out=tmp_path)
    )
    answer = advice.answers[0]
    assert answer.outcome in ("use", "serial", "undecided") and answer.answer in repr(advice)
    assert "digest" in repr(advice) and "<table>" in advice._repr_html_()
    first = advice._repr_html_().partition("\n")[0]
    assert first.startswith("<pre") and "digest(" in first  # the answer
    assert advice.shipped.startswith("imported from ") and advice.shipped in repr(advice)
    assert (advice.folder / "report.html").is_file()
    loaded = gilbench.load(advice.folder)
    assert loaded.run.profile == "advise"
    assert set(loaded.verdicts["id"]) == {"call/gil", "call/strategy"}
