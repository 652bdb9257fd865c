"""Rules of matrices alone: what they do has no meaning for the two numbers of a landscape, so the book lists them apart."""
