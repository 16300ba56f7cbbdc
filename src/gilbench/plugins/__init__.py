"""What other installed packages add to gilbench by entry points, and what of it was left out."""
