"""One episode: where it is in its life, and why."""
