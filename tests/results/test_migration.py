"""Runs of older schemas are read as if they had been written today, and written back in today's."""

import gzip
import json

import pytest
from tests import journals

from gilbench.model import SCHEMA, InputError
from gilbench.results import folder as layout
from gilbench.results import migration, tables
from gilbench.results.journal import Journal


@pytest.mark.parametrize("name", journals.NAMES)
def test_recorded_runs_of_the_first_schema_are_read(name, tmp_path):
    """The run that is read is of today's schema, and says of itself that it has no digests."""
    stored = json.loads(gzip.decompress((journals.FOLDER / name / "run.json.gz").read_bytes()))
    assert stored["schema"] == 1
    folder = journals.unpack(name, tmp_path)
    run = layout.read_run(folder)
    assert run.schema == SCHEMA and not run.chained and run.seal is None
    assert run.id == stored["id"] and len(run.plan) == len(stored["plan"])
    with Journal(folder) as journal:
        journal.write_run(run)
    assert json.loads((folder / layout.RUN).read_text())["schema"] == SCHEMA
    assert layout.read_run(folder) == run
    assert len(tables.load(folder).rounds) > 0


def test_every_schema_since_the_first_has_a_step():
    """None can be forgotten when the schema changes again."""
    assert tuple(range(1, SCHEMA + 1)) == migration.READABLE
    assert set(migration.STEPS) == set(range(1, SCHEMA))


@pytest.mark.parametrize("schema", [0, -1, SCHEMA + 1, None, "1", 1.5, [1], {"a": 1}, True])
def test_a_schema_that_never_was_is_refused(schema, tmp_path):
    """In one line, whatever stands there."""
    folder = journals.unpack("glance-1", tmp_path)
    described = json.loads((folder / layout.RUN).read_text())
    (folder / layout.RUN).write_text(json.dumps({**described, "schema": schema}))
    with pytest.raises(InputError, match="schema") as caught:
        layout.read_run(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["chained", "seal"])
def test_what_a_schema_does_not_have_is_not_read_from_it(name, tmp_path):
    """Fields of today in a run of the first schema have no effect."""
    folder = journals.unpack("glance-1", tmp_path)
    described = json.loads((folder / layout.RUN).read_text())
    (folder / layout.RUN).write_text(json.dumps({**described, name: True}))
    assert not layout.read_run(folder).chained
