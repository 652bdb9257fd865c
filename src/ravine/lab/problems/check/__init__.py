"""A problem looked over before it is trained: what is likely to go wrong, within about a minute."""
