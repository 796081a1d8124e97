"""Paper: one tree of blocks, which becomes HTML, Markdown, PDF and RTF; and drawings of boxes and arrows. It knows nothing of studies."""
