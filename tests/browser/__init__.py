"""Pages in a real browser. A package, so that its browser is closed before other packages' tests run."""
