"""MT103-211: blinatumomab in adults with relapsed or refractory B-precursor ALL (phase 2), as plain values."""
