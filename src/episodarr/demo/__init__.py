"""A simulated home media stack (Sonarr, qBittorrent, Jellyfin) that speaks the real protocols and lives in time.

Read `world` (what there is and how it moves), then `stack` (the three servers over one world). Nothing here imports
anything else of Episodarr, so that tests, the demo and the benchmark can all use it.
"""
