"""Whether an episode can be played: the media servers are asked for the episode itself."""
