"""What could go: rules, tried out while they are written."""
