"""The benchmark: what Episodarr costs, each job beside the floor that a bare prototype reaches in the same run."""
