"""The checksum of a problem, which stands in the key of each of its runs."""
