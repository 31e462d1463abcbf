"""The shows, seasons and episodes that exist, and which of them are monitored. Source: Sonarr."""
