"""What is said of a run: its cases, verdicts, controls and recommendations, as data; no files and no drawing."""
