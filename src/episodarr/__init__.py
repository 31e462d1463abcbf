"""Episodarr follows every episode of a home media stack through its whole life."""

__version__ = "0.1.0"
