"""How much every connected service holds, and in which folders: what must not shrink or change unnoticed."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select

from episodarr.database.engine import Database
from episodarr.database.schema import series
from episodarr.database.schema_deletion import held_movies, held_series
from episodarr.database.schema_movies import movie_copies, movies
from episodarr.database.schema_requests import requests
from episodarr.database.schema_watching import plays

_MOST_FOLDERS = 2_000


class StoredCensus:
    """Counts, by connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def show_files(self) -> dict[int, int]:
        """Files of shows."""
        h = held_series.c
        return self._counted(select(h.connection_id, func.sum(h.files)).group_by(h.connection_id))

    def movie_files(self) -> dict[int, int]:
        """Files of movies."""
        h = held_movies.c
        return self._counted(select(h.connection_id, func.sum(h.files)).group_by(h.connection_id))

    def plays(self) -> dict[int, int]:
        """Plays."""
        return self._counted(select(plays.c.connection_id, func.count()).group_by(plays.c.connection_id))

    def requests(self) -> dict[int, int]:
        """Requests for shows."""
        return self._counted(select(requests.c.connection_id, func.count()).group_by(requests.c.connection_id))

    def folders(self, managers: Collection[int]) -> list[tuple[int, str]]:
        """The library folders of these managers, each once, in an order that stays."""
        s, m, c = series.c, movies.c, movie_copies.c
        shows = select(s.connection_id, s.root_folder).where(s.gone_at.is_(None), s.connection_id.in_(managers))
        films = select(c.connection_id, m.root_folder).join(movies, m.id == c.movie_id)
        films = films.where(c.manager, c.gone_at.is_(None), c.connection_id.in_(managers))
        with self._database.reading() as db:
            found = {
                (row[0], row[1])
                for asked in (shows, films)
                for row in db.execute(asked.distinct().limit(_MOST_FOLDERS))
                if row[1]
            }
        return sorted(found)

    def revision(self) -> str:
        """The version of the tables."""
        return self._database.revision() or ""

    def _counted(self, asked: Select[Any]) -> dict[int, int]:
        with self._database.reading() as db:
            return {row[0]: int(row[1] or 0) for row in db.execute(asked)}
