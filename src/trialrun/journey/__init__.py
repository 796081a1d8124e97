"""From protocol and journal to where a participant stands: state is always a fold, never stored truth."""
