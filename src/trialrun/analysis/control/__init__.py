"""What a study is set against: its historical control, the poor groups, and the factors that go with the outcome."""
