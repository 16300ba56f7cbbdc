"""What the fixture ``gil`` measures: a function of a test, in the test's own process."""
