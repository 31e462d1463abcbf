"""What leaves soon, and keeping it."""
