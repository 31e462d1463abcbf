"""What is stored of what is to go: its episodes, what media servers call them, and whether somebody watches them."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.schema import episode_files, episodes, evidence, series
from episodarr.database.schema_movies import movie_copies, movies, played_movies
from episodarr.database.schema_play_states import playing_now
from episodarr.database.schema_watching import play_items, played_episodes
from episodarr.deletion.model import Target
from episodarr.deletion.scene import StoredEpisode, StoredTitle
from episodarr.episode.facts import InLibrary, decode

_e, _s, _m, _c = episodes.c, series.c, movies.c, movie_copies.c
_Items = dict[int, tuple[tuple[int, str], ...]]


class StoredScenes:
    """SceneStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def titles(self, targets: Sequence[Target]) -> list[StoredTitle]:
        """See SceneStore."""
        shows: dict[int, list[Target]] = {}
        films: dict[int, None] = {}
        for one in targets:
            if one.movie_id is not None:
                films[one.movie_id] = None
            elif one.series_id is not None:
                shows.setdefault(one.series_id, []).append(one)
        with self._database.reading() as db:
            return [*self._shows(db, shows), *(_movie(db, one) for one in films)]

    def _shows(self, db: Connection, wanted: dict[int, list[Target]]) -> Iterator[StoredTitle]:
        for series_id, targets in wanted.items():
            show = db.execute(select(series).where(_s.id == series_id, _s.gone_at.is_(None))).first()
            if show is None:
                raise LookupError(f"There is no show {series_id}")
            asked = select(_e.id, _e.sonarr_id, _e.season_number, _e.episode_number, _e.title, _e.file_id)
            asked = asked.where(_e.series_id == series_id, _e.gone_at.is_(None))
            rows = db.execute(asked.order_by(_e.season_number, _e.episode_number)).all()
            _checked(targets, rows)
            items = _items(db, [row.id for row in rows if row.file_id is not None])
            yield StoredTitle(
                connection=show.connection_id,
                owner_id=show.sonarr_id,
                title=show.title,
                series_id=series_id,
                episodes=tuple(
                    StoredEpisode(
                        id=row.id,
                        manager_id=row.sonarr_id,
                        season=row.season_number,
                        number=row.episode_number,
                        title=row.title,
                        selected=any(_names(one, row) for one in targets),
                        file_id=row.file_id,
                        items=items.get(row.id, ()),
                    )
                    for row in rows
                ),
            )

    def playing(self, episode_ids: Collection[int], movie_id: int | None, title: str) -> set[int]:
        """See SceneStore."""
        p, i, q, f = playing_now.c, play_items.c, played_episodes.c, played_movies.c
        of_items = select(p.item_id).join(play_items, i.id == p.item_id)
        unknown = (
            of_items.outerjoin(played_episodes, q.item_id == p.item_id)
            .outerjoin(played_movies, f.item_id == p.item_id)
            .where(q.item_id.is_(None), f.item_id.is_(None))
        )
        found: set[int] = set()
        with self._database.reading() as db:
            if movie_id is not None:
                asked = select(f.movie_id).join(playing_now, f.item_id == p.item_id).where(f.movie_id == movie_id)
                found.update(db.execute(asked.limit(1)).scalars())
                namesake = unknown.where(func.lower(i.title) == title.lower())
                everything = {movie_id}
            else:
                for some in batches(episode_ids):
                    asked = select(q.episode_id).join(playing_now, q.item_id == p.item_id)
                    found.update(db.execute(asked.where(q.episode_id.in_(some))).scalars())
                namesake = unknown.where(func.lower(i.series_title) == title.lower())
                everything = set(episode_ids)
            return everything if db.execute(namesake.limit(1)).first() is not None else found

    def files(self) -> int:
        """See SceneStore."""
        with self._database.reading() as db:
            of_shows = db.execute(select(func.count()).select_from(episode_files)).scalar_one()
            of_movies = db.execute(select(func.count()).select_from(movies).where(_m.has_file)).scalar_one()
        return int(of_shows) + int(of_movies)


def _checked(targets: Sequence[Target], rows: Sequence[Any]) -> None:
    """Every target names something. Raises LookupError: a season that is none must not become a show."""
    seasons, ids = {row.season_number for row in rows}, {row.id for row in rows}
    for one in targets:
        if one.episode_id is not None and one.episode_id not in ids:
            raise LookupError(f"There is no episode {one.episode_id} of show {one.series_id}")
        if one.season_number is not None and one.season_number not in seasons:
            raise LookupError(f"There is no season {one.season_number} of show {one.series_id}")


def _names(target: Target, row: Any) -> bool:
    """Whether a target names an episode. The narrowest id decides: an episode's never widens to its season."""
    if target.episode_id is not None:
        return bool(target.episode_id == row.id)
    if target.season_number is not None:
        return bool(target.season_number == row.season_number)
    return True


def _items(db: Connection, episode_ids: Sequence[int]) -> _Items:
    found: dict[int, list[tuple[int, str]]] = {}
    v = evidence.c
    for some in batches(episode_ids):
        asked = select(v.episode_id, v.source, v.what).where(v.episode_id.in_(some), v.kind == "in_library")
        for episode, source, text in db.execute(asked):
            what = decode(text)
            connection = source.partition(":")[2].partition("/")[0]
            if isinstance(what, InLibrary) and what.item_id and connection.isdecimal():
                found.setdefault(episode, []).append((int(connection), what.item_id))
    return {episode: tuple(sorted(items)) for episode, items in found.items()}


def _movie(db: Connection, movie_id: int) -> StoredTitle:
    movie = db.execute(select(movies).where(_m.id == movie_id, _m.gone_at.is_(None))).first()
    if movie is None:
        raise LookupError(f"There is no movie {movie_id}")
    asked = select(_c.connection_id, _c.external_id, _c.manager, _c.has_file)
    copies = db.execute(asked.where(_c.movie_id == movie_id, _c.gone_at.is_(None))).all()
    managers = sorted((one for one in copies if one.manager), key=lambda one: (not one.has_file, one.connection_id))
    manager = next((one for one in managers if one.external_id.isdecimal()), None)
    items = tuple((one.connection_id, one.external_id) for one in copies if not one.manager and one.has_file)
    number = 0 if manager is None else int(manager.external_id)
    return StoredTitle(
        connection=0 if manager is None else manager.connection_id,
        owner_id=number,
        title=movie.title,
        movie_id=movie_id,
        episodes=(
            StoredEpisode(movie_id, number, 0, 0, movie.title, selected=True, file_id=None, items=tuple(sorted(items))),
        ),
    )
