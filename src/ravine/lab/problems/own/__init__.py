"""A problem of a user's own: its network, examples and loss, tried before anything is trained."""
