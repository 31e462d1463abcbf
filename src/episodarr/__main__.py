"""`python -m episodarr`."""

from episodarr.main import run

run()
