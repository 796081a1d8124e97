"""The room of analysis: endpoints, estimates and tests on plain arrays, the same for real and virtual participants."""
