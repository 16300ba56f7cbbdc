"""The names of the ini options that the plugin adds to pytest and the fixture ``gil`` reads."""

UNDECIDED_INI, SECONDS_INI = "gilbench_undecided", "gilbench_seconds"
