"""How full the disks are."""
