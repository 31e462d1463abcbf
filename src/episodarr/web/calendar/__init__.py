"""What airs when."""
