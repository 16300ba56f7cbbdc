"""What peers run: plain scripts, each as short as it can honestly be."""
