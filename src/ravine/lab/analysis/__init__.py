"""What follows from runs: choosing by validation, intervals and tests, and how much luck is in them."""
