"""Requests: who asked for what, and what has become of it."""
