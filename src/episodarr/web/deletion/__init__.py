"""Deleting: plans that are read and confirmed, how far they are, what was done, and how much may go."""
