"""What the deleting of rules rests on, as the connected services and the database are now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec
import structlog

from episodarr.catalogue.movies import MovieManager
from episodarr.catalogue.ports import CatalogueSource
from episodarr.connections.connect import Connections
from episodarr.database.census import StoredCensus
from episodarr.deletion.complete import Count
from episodarr.deletion.holding import Level
from episodarr.requests.ports import RequestSource
from episodarr.watching.ports import PlaySource

log = structlog.get_logger("episodarr")


@dataclass(frozen=True, slots=True)
class ServiceSurroundings:
    """`deletion.arming.Surroundings` over the connected services."""

    connections: Connections
    census: StoredCensus

    def managing(self, level: Level) -> Mapping[int, str]:
        """See Surroundings."""
        if level is Level.MOVIE:
            return {int(one.id): one.name for one, _, _ in self.connections.offering(MovieManager)}
        return {int(one.id): one.name for one, _, _ in self.connections.offering(CatalogueSource)}

    def counts(self, level: Level) -> Mapping[str, Count]:
        """See Surroundings."""
        asked = self.connections
        files = self.census.movie_files() if level is Level.MOVIE else self.census.show_files()
        plays, requests = self.census.plays(), self.census.requests()
        found = {
            f"files:{key}": Count(f"files of {name}", files.get(key, 0), of_files=True)
            for key, name in self.managing(level).items()
        }
        for one, _, _ in asked.offering(PlaySource):
            found[f"plays:{one.id}"] = Count(f"plays in {one.name}", plays.get(one.id, 0))
        for asking, _, _ in asked.offering(RequestSource):
            found[f"requests:{asking.id}"] = Count(f"requests in {asking.name}", requests.get(asking.id, 0))
        return found

    def digest(self) -> str:
        """See Surroundings."""
        enabled = [one for one in self.connections.all() if one.enabled]
        told = sorted((int(one.id), one.kind, one.url) for one in enabled)
        folders = self.census.folders([key for key, _, _ in told])
        return sha256(msgspec.json.encode((told, folders))).hexdigest()

    def revision(self) -> str:
        """See Surroundings."""
        return self.census.revision()


@dataclass(frozen=True, slots=True)
class FilePulse:
    """`deletion.arming.Pulse` in a file of the data folder."""

    path: Path

    def last(self) -> datetime | None:
        """See Pulse. A file that cannot be read, or is none of ours, tells nothing."""
        try:
            return datetime.fromisoformat(self.path.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            return None

    def beat(self, now: datetime) -> None:
        """See Pulse. A folder that cannot be written to is told of in the log; the database has its own heartbeat."""
        try:
            self.path.write_text(now.isoformat(), encoding="ascii")
        except OSError as problem:
            log.warning("the heartbeat cannot be kept", path=str(self.path), problem=str(problem))
