"""What a host can see, replayed on launches that are known: quiet ones see little changes, noisy ones large ones."""

import msgspec
import numpy as np
import pytest
from tests import synthetic

from gilbench.check import calibration
from gilbench.check.calibration import Calibration, Resolution, calibrate, path_of, read, write
from gilbench.model import InputError
from gilbench.run import interleaved

SHORT = {"cases": (), "host": "abc", "python": "3.13.0", "measured_utc": "2026-01-01T00:00+00:00"}


def sample(sd: float, n: int = 32, seed: int = 1) -> list[float]:
    return np.random.default_rng(seed).normal(0, sd, n).tolist()


@pytest.fixture(scope="module")
def found():
    """A quiet and a noisy case of one host."""
    return calibrate(
        {"quiet": sample(0.004), "noisy": sample(0.06)}, 0.05, interleaved.EFFORT, seed=3
    )


def test_identical_code_does_not_alarm(found):
    """However noisy, in 200 replayed checks."""
    alarms, _ = found
    assert alarms == 0


def test_noise_decides_how_little_is_seen(found):
    """0.4 % a launch sees 2 % and less; 6 % needs many times that, and more launches see smaller changes."""
    quiet, noisy = found[1]
    assert (quiet.case, quiet.n, quiet.sd) == ("quiet", 32, pytest.approx(0.004, rel=0.3))
    assert quiet.smallest[1.0] is not None and quiet.smallest[1.0] <= 0.02
    assert noisy.smallest[1.0] is None or noisy.smallest[1.0] >= 0.10
    assert (noisy.smallest[3.0] or 9) <= (noisy.smallest[1.0] or 9)


def test_a_case_gets_the_launches_that_its_margin_needs():
    """The usual ones where they will do, the most where none will, and the usual ones for what is not known."""
    seen = (
        Resolution("a", 0.01, 32, {1.0: 0.07, 2.0: 0.05, 3.0: 0.03}),
        Resolution("b", 1, 32, {1.0: None, 2.0: None, 3.0: None}),
    )
    known = Calibration(**SHORT | {"cases": seen}, margin=0.05, checks=200, false_alarms=0)
    assert [known.scale("a", margin) for margin in (0.10, 0.05, 0.03, 0.01)] == [1.0, 2.0, 3.0, 3.0]
    assert known.scale("b", 0.05) == 3.0 and known.scale("unknown", 0.05) == 1.0
    assert (
        known.smallest("a") == 0.03
        and known.smallest("b") == float("inf")
        and known.smallest("unknown") is None
    )
    assert "nothing below 100%" in known.in_words()


def test_too_few_launches_say_nothing():
    """InputError with the remedy."""
    with pytest.raises(InputError, match="raise --launches"):
        calibrate({"short": sample(0.01, 7)}, 0.05, interleaved.EFFORT, seed=1)


def test_it_is_kept_with_the_host(tmp_path, found):
    """In a file of the host's own, which comes back as it was; another host has none."""
    host = synthetic.make_host()
    kept = Calibration(
        **SHORT | {"cases": found[1]},
        margin=0.05,
        checks=calibration.REPLAYS,
        false_alarms=found[0],
    )
    write(path_of(tmp_path, host), kept)
    assert read(path_of(tmp_path, host)) == kept
    assert read(path_of(tmp_path, synthetic.make_host(kernel="Linux 7"))) is None
    assert path_of(tmp_path, synthetic.make_host(load_1min=3.0)) == path_of(tmp_path, host)


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:50],
        lambda raw: b"\xff",
        lambda raw: raw.replace(b'"schema": 1', b'"schema": 9'),
    ],
)
def test_a_damaged_calibration_is_refused(tmp_path, damage):
    """Not taken for none."""
    path = tmp_path / "host.json"
    write(path, Calibration(**SHORT, margin=0.05, checks=1, false_alarms=0))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match="gilbench calibrate"):
        read(path)


def test_it_becomes_json_with_everything():
    """What a script reads."""
    known = Calibration(**SHORT, margin=0.05, checks=200, false_alarms=1)
    assert msgspec.to_builtins(known)["false_alarms"] == 1
