"""The library: every show at a glance."""
