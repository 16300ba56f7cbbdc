"""What is said of a run, as data: cases, columns, controls, recommendations. It writes no file."""
