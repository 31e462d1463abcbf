"""Facts as tests tell them."""

from datetime import UTC, datetime, timedelta

from episodarr.episode.evidence import Evidence
from episodarr.episode.facts import Fact, Listed, What
from episodarr.episode.identity import EpisodeId, Source
from episodarr.episode.standing import assess
from episodarr.episode.state import Standing

ABOUT = EpisodeId(1)
START = datetime(2026, 1, 20, 12, tzinfo=UTC)
NOW = START + timedelta(days=2)

SONARR = Source("Sonarr:1")
GRAB = Source("Sonarr:1/aa")
OTHER_GRAB = Source("Sonarr:1/bb")
CLIENT = Source("qBittorrent:2/aa")
OTHER_CLIENT = Source("qBittorrent:2/bb")
JELLYFIN = Source("Jellyfin:3")
PLEX = Source("Plex:4")
SEERR = Source("Seerr:5/7")
OTHER_REQUEST = Source("Seerr:5/8")
SHOKO = Source("Shoko:6")

AIRED = Listed(monitored=True, airs_at=START)


def told(minute: float, source: Source, what: What) -> Fact:
    """A fact so many minutes after START."""
    return Fact(ABOUT, START + timedelta(minutes=minute), source, what)


def judged(*facts: Fact, now: datetime = NOW) -> Standing:
    """What the facts mean together."""
    return assess(Evidence().with_facts(facts)[0], now)
