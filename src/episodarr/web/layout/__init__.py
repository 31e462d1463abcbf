"""What every page shares: frame, navigation, macros, the jump search and the notices."""
