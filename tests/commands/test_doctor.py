"""``gilbench doctor``."""

import json


def test_doctor_describes_the_host(gilbench):
    """The JSON is the host record, the text names the usable cores."""
    host = json.loads(gilbench("doctor", "--json").stdout)
    assert 1 <= host["usable_cores"] <= host["logical_cores"]
    assert f"{host['usable_cores']} usable" in gilbench("doctor").stdout
