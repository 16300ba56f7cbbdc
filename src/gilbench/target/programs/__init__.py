"""Five programs as an introduction to concurrency in Python has them; each is run as it stands."""
