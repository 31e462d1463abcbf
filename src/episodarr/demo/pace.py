"""Who signs in to the demo, and how often it looks: its stories are short."""

DEMO_USER, DEMO_PASSWORD = "demo", "demodemo"
DEMO_PACE = {
    "downloads_interval": 1.0,
    "queue_interval": 2.0,
    "verify_interval": 2.0,
    "imports_interval": 3.0,
    "disks_interval": 20.0,
    "requests_interval": 3.0,
    "plays_interval": 5.0,
    "sessions_interval": 3.0,
    "series_interval": 60.0,
    "movies_interval": 10.0,
    "library_interval": 15.0,
    "sweep_interval": 120.0,
}
