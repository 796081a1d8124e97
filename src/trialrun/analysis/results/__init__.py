"""What a study found, in numbers, in words and back to its entries, and what it is set against: historical control, factors, arms, a transplant."""
