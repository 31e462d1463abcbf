"""Who saw what, over all users of the servers."""
