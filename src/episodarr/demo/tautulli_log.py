"""What the simulated Tautulli has recorded: rows of its history, in its own words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from episodarr.demo.film_items import plex_film
from episodarr.demo.films import Film
from episodarr.demo.model import Episode
from episodarr.demo.plex_resources import Shelf, unix
from episodarr.demo.world import World

Json = dict[str, Any]
PAUSES = 45
"""Seconds of pause in each session."""
RESUMED_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """A user of Plex as Tautulli knows them."""

    id: int
    name: str
    friendly_name: str
    admin: bool = False


PEOPLE = {
    0: Person(0, "Local", "Local"),
    1: Person(1, "demo", "Demo", admin=True),
    1000: Person(1000, "anna", "Anna"),
    1001: Person(1001, "ben", "Ben"),
}
"""By the number of their account in Plex."""


@dataclass(slots=True)
class Session:
    """One finished session. `item` as Plex listed it then; times are instants, `seconds` without pauses."""

    number: int
    first: int
    person: Person
    item: Json
    started_at: datetime
    stopped_at: datetime
    seconds: int
    percent: int

    @property
    def watched_status(self) -> float:
        """Quarters of the share that counts as watched, 85 % by default."""
        return 1 if self.percent >= 85 else int(self.percent / 85 * 4) / 4


class PlayLog:
    """All sessions, in the order in which they ended. What the world's Plex saw to its end is taken over by itself."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.sessions: list[Session] = []
        self.running: list[tuple[Person, Json, datetime]] = []
        self._taken = 0
        self._taken_of: dict[int, int] = {}

    def follow(self, shelf: Shelf) -> None:
        """Take over what was watched in Plex since the last time."""
        views = self._world.plex.views
        for account, seen, at in views[self._taken :]:
            episode = self._world.episodes.get(seen)
            if episode is not None:
                self.add(shelf, account, episode, at, percent=97)
        self._taken = len(views)
        for film in self._world.films.all.values():
            for account, at in film.views[self._taken_of.get(film.id, 0) :]:
                self.add_film(account, film, at)
            self._taken_of[film.id] = len(film.views)

    def add(
        self, shelf: Shelf, account: int, episode: Episode, stopped_at: datetime, *, percent: int = 97
    ) -> Session | None:
        """Record a session that ended; None when Plex does not list the episode."""
        item = item_of(self._world, shelf, episode)
        if item is None:
            return None
        return self._add(account, item, episode.runtime, stopped_at, percent)

    def add_film(self, account: int, film: Film, stopped_at: datetime, *, percent: int = 97) -> Session:
        """Record a session of a movie that ended."""
        listed_at = self._world.films.plex.get(film.id, stopped_at)
        return self._add(account, plex_film(film, listed_at), film.runtime, stopped_at, percent)

    def _add(self, account: int, item: Json, runtime: int, stopped_at: datetime, percent: int) -> Session:
        person = PEOPLE.get(account, PEOPLE[1])
        seconds = runtime * 60 * percent // 100
        number = len(self.sessions) + 1
        started_at = stopped_at - timedelta(seconds=seconds + PAUSES)
        session = Session(
            number,
            self._resumed(person, item, started_at) or number,
            person,
            item,
            started_at,
            stopped_at,
            seconds,
            percent,
        )
        self.sessions.append(session)
        return session

    def _resumed(self, person: Person, item: Json, at: datetime) -> int:
        """The first session of what this one goes on with; 0: it begins anew."""
        for held in reversed(self.sessions):
            if held.person == person and held.item["ratingKey"] == item["ratingKey"]:
                goes_on = held.watched_status < 1 and abs(at - held.stopped_at) < RESUMED_WITHIN
                return held.first if goes_on else 0
        return 0

    def rows(self, *, grouping: bool) -> Iterator[Json]:
        """The history's rows; with `grouping`, those that resume one another are one."""
        if not grouping:
            yield from (row_of([one]) for one in self.sessions)
            return
        groups: dict[int, list[Session]] = {}
        for one in self.sessions:
            groups.setdefault(one.first, []).append(one)
        yield from (row_of(of) for of in groups.values())


def item_of(world: World, shelf: Shelf, episode: Episode) -> Json | None:
    """An episode as Plex lists it now."""
    series = world.series[episode.series_id]
    place = (episode.season, episode.number)
    return next((leaf for leaf in shelf.leaves(series) if (leaf["parentIndex"], leaf["index"]) == place), None)


def row_of(sessions: list[Session], state: str | None = None) -> Json:
    """A row, of one session or of a group; `state` of a session that runs."""
    last, item = sessions[-1], sessions[-1].item
    seconds = sum(one.seconds for one in sessions)
    number = last.number if state is None else None
    return {
        "reference_id": last.first if state is None else None,
        "row_id": number,
        "id": number,
        "date": unix(last.started_at),
        "started": unix(min(one.started_at for one in sessions)),
        "stopped": unix(last.stopped_at) if state is None else None,
        "duration": seconds,
        "play_duration": seconds,
        "paused_counter": PAUSES * len(sessions) if state is None else 0,
        "user_id": last.person.id,
        "user": last.person.name,
        "friendly_name": last.person.friendly_name,
        "user_thumb": "interfaces/default/images/gravatar-default-80x80.png",
        "platform": "tvOS",
        "product": "Plex for Apple TV",
        "player": "Living Room",
        "ip_address": "192.0.2.7",
        "live": 0,
        "machine_id": "d33aa11c410b1a6154dc",
        "location": "lan",
        "secure": 1,
        "relayed": 0,
        "media_type": item["type"],
        "rating_key": int(item["ratingKey"]),
        "parent_rating_key": int(item["parentRatingKey"]) if "parentRatingKey" in item else "",
        "grandparent_rating_key": int(item["grandparentRatingKey"]) if "grandparentRatingKey" in item else "",
        "full_title": " - ".join(one for one in (item.get("grandparentTitle"), item["title"]) if one),
        "title": item["title"],
        "parent_title": item.get("parentTitle", ""),
        "grandparent_title": item.get("grandparentTitle", ""),
        "original_title": "",
        "year": item.get("year", ""),
        "media_index": item.get("index", ""),
        "parent_media_index": item.get("parentIndex", ""),
        "thumb": f"/library/metadata/{item.get('parentRatingKey', item['ratingKey'])}/thumb/1",
        "originally_available_at": item.get("originallyAvailableAt", ""),
        "guid": item.get("guid", ""),
        "transcode_decision": "direct play",
        "percent_complete": max(one.percent for one in sessions),
        "watched_status": max(one.watched_status for one in sessions),
        "group_count": len(sessions) if state is None else None,
        "group_ids": ",".join(str(one.number) for one in sessions) if state is None else None,
        "state": state,
        "session_key": 77 if state is not None else None,
    }
