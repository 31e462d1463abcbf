"""How full the disks are, how they fill, and when they will be full."""
