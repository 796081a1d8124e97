"""Measurements, side by side with peers in one run: `make bench`. Never asserted by a timed test; these machines are shared and noisy."""
