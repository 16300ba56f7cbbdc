"""Hash seeds: the same for what is compared in a launch, another for every launch, and the user's where there is one."""

from gilbench.measure.hash_seeds import MOST, VARIABLE, hash_seed_variables


def test_a_launch_has_one_seed_and_the_next_another(monkeypatch):
    """The same run gives the same seeds; launches, items and runs differ, and Python accepts all of them."""
    monkeypatch.delenv(VARIABLE, raising=False)
    seeds = [
        hash_seed_variables(seed, item, launch)[VARIABLE]
        for seed in (0, 1)
        for item in ("a", "b")
        for launch in range(20)
    ]
    assert len(set(seeds)) == len(seeds)
    assert all(1 <= int(seed) <= MOST for seed in seeds)
    assert hash_seed_variables(1, "b", 19)[VARIABLE] == seeds[-1]


def test_the_seed_of_the_user_holds(monkeypatch):
    """Who sets a seed means it; "random" is what Python has anyway."""
    monkeypatch.setenv(VARIABLE, "42")
    assert {hash_seed_variables(0, "a", launch)[VARIABLE] for launch in range(3)} == {"42"}
    monkeypatch.setenv(VARIABLE, "random")
    assert hash_seed_variables(0, "a", 0)[VARIABLE] != "random"
