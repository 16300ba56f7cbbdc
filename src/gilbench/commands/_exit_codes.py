"""The exit codes of every verb."""

OK, DOES_NOT_HOLD, UNUSABLE, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130
