"""What may go, and why: rules, their verdicts, and candidates."""
