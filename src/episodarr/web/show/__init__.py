"""One show: seasons, every episode, its DNA."""
