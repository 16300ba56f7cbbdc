"""What a reader gets: everything in a run's folder that can be made again from its journal. It measures nothing."""
