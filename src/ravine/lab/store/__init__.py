"""What is kept: a run under the key of its configuration, in a folder that is the database."""
