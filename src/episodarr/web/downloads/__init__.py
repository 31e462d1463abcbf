"""What is arriving, file by file."""
