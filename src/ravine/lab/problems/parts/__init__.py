"""What problems are made of: examples, the way from a batch to a loss, metrics, and how a step is taken."""
