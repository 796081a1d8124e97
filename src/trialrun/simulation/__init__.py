"""Virtual participants: they walk the study's own table and write the same journal as real ones."""
