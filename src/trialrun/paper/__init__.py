"""Paper: documents and drawings that know nothing of studies."""
