"""What the screens ask, and the answers: reads only."""
