"""The regression gate: decides what moved between a baseline and a head. It measures nothing and judges no claim."""
