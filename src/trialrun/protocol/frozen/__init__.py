"""Studies at rest: read from a folder, frozen as canonical JSON with a fingerprint, shipped with the product."""
