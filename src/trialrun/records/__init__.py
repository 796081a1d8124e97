"""The truth on disk: journals of participants, append-only; the only room that writes them."""
