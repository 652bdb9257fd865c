"""Rules of matrices alone: the two numbers of a landscape are none, so the book finds them by name and lists none."""
