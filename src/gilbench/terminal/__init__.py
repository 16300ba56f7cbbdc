"""What rich prints: the live view of a run, boards of verdicts, a check, a trend, a status line."""
