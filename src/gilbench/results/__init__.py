"""The run folder: what is written there while measuring, and read back afterwards."""
