"""What a listed episode states as facts. Pure."""

from datetime import datetime, timedelta

from episodarr.catalogue.model import ListedEpisode, ListedFile
from episodarr.episode.evidence import Evidence
from episodarr.episode.facts import Fact, Grabbed, Imported, Listed, Removed
from episodarr.episode.identity import EpisodeId, Source


def listed_fact(about: EpisodeId, episode: ListedEpisode, source: Source, now: datetime) -> Fact:
    """That the episode is listed, monitored or not, and when it airs."""
    return Fact(about, now, source, Listed(monitored=episode.monitored, airs_at=episode.air_date_utc))


def file_fact(about: EpisodeId, file: ListedFile, source: Source, now: datetime) -> Fact:
    """That a file of the episode is in the library folder, since Sonarr added it."""
    what = Imported(file_id=file.id, path=file.path, size=file.size, quality=file.quality_name)
    return Fact(about, min(file.date_added or now, now), source, what)


def removal_fact(about: EpisodeId, evidence: Evidence, source: Source, now: datetime) -> Fact | None:
    """That the file which Sonarr had is gone; None when no file is known in this life.

    When exactly it went is not known here. A grab after the import may already belong to the next life, so the end is
    put before it; otherwise it is now.
    """
    current = evidence.of_this_life()
    imports = [one.at for one in current if isinstance(one.what, Imported) and one.source == source]
    if not imports:
        return None
    later = [one.at for one in current if isinstance(one.what, Grabbed) and one.at > max(imports)]
    at = min(later) - timedelta(microseconds=1) if later else now
    return Fact(about, at, source, Removed(reason="Sonarr no longer has it"))
