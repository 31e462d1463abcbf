"""Files as an importer that tells them by their content (Shoko) knows them."""

import msgspec


class CrossReference(msgspec.Struct, frozen=True, order=True):
    """One episode that a file holds, in the importer's own numbers; 0: known at AniDB but not in its collection."""

    series_id: int
    episode_id: int
    anidb_episode_id: int = 0


class ImporterFolder(msgspec.Struct, frozen=True):
    """A folder that the importer looks after; `path` as the importer sees it, without a slash at its end."""

    id: int
    path: str


class ImporterFile(msgspec.Struct, frozen=True):
    """A file that the importer knows. Without references it has not been recognised."""

    id: int
    size: int
    locations: tuple[tuple[int, str], ...]
    """(folder id, path relative to it with `/`), one for each place where the same content lies."""
    references: tuple[CrossReference, ...] = ()
