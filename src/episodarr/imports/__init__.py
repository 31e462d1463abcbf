"""From a finished download to a file in the library folder."""
