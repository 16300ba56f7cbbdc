"""What a run measures and how thoroughly, decided before anything is measured."""
