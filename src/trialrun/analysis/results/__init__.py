"""What a study found: endpoints measured and estimated from its data sets, in numbers, in words, and back to their entries."""
