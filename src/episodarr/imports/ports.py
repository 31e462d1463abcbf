"""What following imports needs from outside."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from episodarr.episode.facts import RecognitionPhase
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId, Source
from episodarr.imports.model import CrossReference, ImporterFile, ImporterFolder
from episodarr.imports.paths import PathMapping


@runtime_checkable
class FileMatcher(Protocol):
    """An importer that tells files by their content (Shoko). Raises ServiceFailure when it cannot be asked."""

    mappings: Sequence[PathMapping]
    """What a person said about its paths; empty: told by the ends of paths."""

    async def folders(self) -> list[ImporterFolder]:
        """The folders that it looks after."""
        ...

    def files(self, folder: int) -> AsyncIterator[list[ImporterFile]]:
        """All files of a folder, a page at a time; raises Broken when the pages do not add up."""
        ...

    async def files_ending(self, path_end: str) -> list[ImporterFile]:
        """The files whose path ends so; a handful at most."""
        ...

    async def busy(self) -> bool:
        """Whether it still works on files: what it has not recognised yet it may recognise soon."""
        ...

    async def look_again(self, file: int) -> None:
        """Have it look at one file anew, at AniDB too."""
        ...

    async def scan(self, folder: int) -> None:
        """Have it look for new files in a folder."""
        ...


class ImportedFile(msgspec.Struct, frozen=True):
    """A file that Sonarr holds, with the episodes in it."""

    path: str
    """As Sonarr sees it."""
    size: int
    series_id: SeriesId
    episodes: tuple[EpisodeId, ...]
    anime: bool = True
    """Whether Sonarr calls the show anime."""
    phase: RecognitionPhase | None = None
    """What the importer in question said of it since its import."""


class ImportStore(Protocol):
    """Which files await recognition, and what was recognised."""

    def imported_under(
        self, source: Source, roots: Collection[str], after: int, limit: int
    ) -> tuple[list[ImportedFile], int]:
        """Imported files below folders as Sonarr sees them (without folders: all), a page of about `limit`.

        With it the position for the next page; 0: that was all.
        """
        ...

    def awaiting(self, source: Source, series: Collection[SeriesId]) -> list[ImportedFile]:
        """Files of the given series that `source` has not recognised since their import."""
        ...

    def sample(self, limit: int = 5) -> list[str]:
        """Paths of a few imported files, those of anime first, each of another show."""
        ...

    def unrecognized_files(self, source: Source, episode: EpisodeId) -> tuple[SeriesId, list[int]] | None:
        """The series of an episode, and the importer's ids of its file where it has not recognised it.

        None when there is no such episode.
        """
        ...

    def refer(
        self,
        connection: ConnectionId,
        found: Mapping[EpisodeId, tuple[int, tuple[CrossReference, ...]]],
    ) -> int:
        """Keep (file id, references) of episodes in place of what was kept; how many episodes changed."""
        ...
