"""Studies of the sources: what was published, what the lab finds, and a verdict on each claim. See README.md."""
