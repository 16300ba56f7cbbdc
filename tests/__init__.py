"""The tests of gilbench; the folders mirror ``src/gilbench``, and contract/ and faults/ go through real launches."""
