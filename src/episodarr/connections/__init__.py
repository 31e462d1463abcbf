"""Which services are connected, how to reach them, and how they fare."""
