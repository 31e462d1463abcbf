"""From a finished download to the library folder: what Sonarr and Shoko make of the files."""
