"""Tasks, users and keys."""
