"""Natures behind one interface: what is declared beside a study, read by the readable walk."""
