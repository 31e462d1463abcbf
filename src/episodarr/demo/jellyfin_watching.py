"""What the simulated Jellyfin keeps of its users, and the plugin Playback Reporting: one story in two tellings.

User data hangs on what an item is, not on its id: an item that is added again has it still. A start adds to the count
and takes "played" back; the end sets it. The plugin answers real SQL over its one table.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from episodarr.demo.jellyfin_resources import TICKS, Items, instant
from episodarr.demo.jellyfin_system import USERS, User
from episodarr.demo.model import Episode
from episodarr.demo.server import Answer, Ask, as_json
from episodarr.demo.world import World

Json = dict[str, Any]
PLUGIN_ID = "5c53438191a343cb907a35aa02eb9d2c"
ACCOUNTS = {1: USERS[0], 1000: USERS[1], 1001: USERS[2]}
"""Who has which account in Plex: the same people watch on both."""
_TABLE = (
    "CREATE TABLE PlaybackActivity (DateCreated DATETIME NOT NULL, UserId TEXT, ItemId TEXT, ItemType TEXT, "
    "ItemName TEXT, PlaybackMethod TEXT, ClientName TEXT, DeviceName TEXT, PlayDuration INT)"
)


@dataclass(slots=True)
class UserDatum:
    """What is kept of a user and an item; `position` in seconds."""

    plays: int = 0
    played: bool = False
    position: int = 0
    favourite: bool = False
    last_at: datetime | None = None


class Watching:
    """User data, the plugin's rows, and what is playing. What the world's library was used for is taken over."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.data: dict[tuple[str, str], UserDatum] = {}
        self.reporting = False
        """Whether the plugin is installed."""
        self.local_time = False
        """Whether it writes the server's local time, as it did before 2026."""
        self._taken = 0
        self._rows = sqlite3.connect(":memory:", check_same_thread=False)
        self._rows.execute(_TABLE)

    # What happens

    def follow(self, listed: Callable[[], Items]) -> None:
        """Take over what was watched since the last time."""
        watched = self._world.library.watched
        if self._taken == len(watched):
            return
        items = listed()
        for user_id, seen, at in watched[self._taken :]:
            user = next((one for one in USERS if one.id == user_id), None)
            episode = self._world.episodes.get(seen)
            if user is not None and episode is not None:
                self.play(items, user, episode, percent=97, at=at)
        self._taken = len(watched)

    def play(self, items: Items, user: User, episode: Episode, *, percent: int, at: datetime) -> None:
        """Let a user's playing end at `at`, so far into the episode."""
        item = item_of(self._world, items, episode)
        seconds = episode.runtime * 60 * percent // 100
        began = at - timedelta(seconds=seconds)
        self._began(user, _key(episode), began)
        datum = self.data[user.id, _key(episode)]
        if percent >= 90:
            datum.played, datum.position = True, 0
        elif percent >= 5:
            datum.position = seconds
        if item is not None:
            self._note(user, item, began, seconds)

    def start(self, items: Items, user: User, episode: Episode) -> None:
        """Let a user begin to play, as Jellyfin and, after its 20 seconds, the plugin note it."""
        self._began(user, _key(episode), self._world.now)
        item = item_of(self._world, items, episode)
        if item is not None:
            self._note(user, item, self._world.now, 0)

    def _began(self, user: User, key: str, at: datetime) -> None:
        datum = self.data.setdefault((user.id, key), UserDatum())
        datum.plays, datum.played, datum.last_at = datum.plays + 1, False, at

    def _note(self, user: User, item: Json, began: datetime, seconds: int) -> None:
        name = f"{item['SeriesName']} - s{item['ParentIndexNumber']:02d}e{item['IndexNumber']:02d} - {item['Name']}"
        written = f"{began.astimezone():%Y-%m-%d %H:%M:%S.%f}0" if self.local_time else f"{began:%Y-%m-%d %H:%M:%S}Z"
        row = (written, user.id, item["Id"], "Episode", name, "DirectPlay", "Jellyfin Web", "TV", seconds)
        self._rows.execute(f"INSERT INTO PlaybackActivity VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608

    def migrate(self) -> None:
        """What an update of the plugin does once: local times become those of UTC."""
        self.local_time = False
        for number, written in self._rows.execute("SELECT rowid, DateCreated FROM PlaybackActivity").fetchall():
            if not written.endswith("Z"):
                at = datetime.strptime(written[:26], "%Y-%m-%d %H:%M:%S.%f").astimezone(UTC)
                told = f"{at:%Y-%m-%d %H:%M:%S}Z"
                self._rows.execute("UPDATE PlaybackActivity SET DateCreated = ? WHERE rowid = ?", (told, number))

    def lose_first(self) -> None:
        """Delete the first row of the plugin."""
        self._rows.execute("DELETE FROM PlaybackActivity WHERE rowid = (SELECT MIN(rowid) FROM PlaybackActivity)")

    def mark(self, user: User, episode: Episode, *, played: bool) -> None:
        """Let a user mark an episode as played or not; the latter forgets count, date and position."""
        datum = self.data.setdefault((user.id, _key(episode)), UserDatum())
        if played:
            datum.plays, datum.last_at = max(datum.plays, 1), datum.last_at or self._world.now
        else:
            datum.plays, datum.last_at = 0, None
        datum.played, datum.position = played, 0

    # What it tells

    def of(self, user: User, item: Json) -> UserDatum:
        """What is kept of a user and an item."""
        return self.data.get((user.id, key_of(self._world, item)), UserDatum())

    def user_data(self, user: User, item: Json) -> Json:
        """The same as the API tells it."""
        told = self.of(user, item)
        made: Json = {
            "PlaybackPositionTicks": told.position * TICKS,
            "PlayCount": told.plays,
            "IsFavorite": told.favourite,
            "Played": told.played,
            "Key": item["Id"],
            "ItemId": item["Id"],
        }
        return made | ({"LastPlayedDate": instant(told.last_at)} if told.last_at is not None else {})

    def listed(self, ask: Ask, user: User, found: list[Json]) -> list[Json]:
        """Items as `filters` and `sortBy=DatePlayed` ask for them."""
        wanted = {part.lower() for one in ask.query.getall("filters", []) for part in one.split(",")}
        kept = [
            item
            for item in found
            if ("isplayed" not in wanted or self.of(user, item).played)
            and ("isfavorite" not in wanted or self.of(user, item).favourite)
            and ("isresumable" not in wanted or self.of(user, item).position > 0)
        ]
        if ask.query.get("sortby", "").lower().startswith("dateplayed"):
            never = datetime.min.replace(tzinfo=UTC)
            latest_first = ask.query.get("sortorder", "").lower().startswith("desc")
            kept.sort(key=lambda item: str(item.get("SortName", "")), reverse=latest_first)
            kept.sort(key=lambda item: self.of(user, item).last_at or never, reverse=latest_first)
        return kept

    def plugins(self, ask: Ask) -> Answer:  # noqa: ARG002  # as the base class hands it over
        """The installed plugins."""
        made = [("Webhook", "71552a5a5c5c4350a2aeebe451a30173")]
        if self.reporting:
            made.append(("Playback Reporting", PLUGIN_ID))
        shared = {"Version": "17.0.0.0", "Description": "", "CanUninstall": True, "HasImage": False, "Status": "Active"}
        return as_json([{**shared, "Name": name, "Id": number} for name, number in made])

    def query(self, ask: Ask) -> Answer:
        """The plugin's answer to SQL: 200 also when it failed, every value as a text."""
        if not self.reporting:
            return Answer(404)
        try:
            cursor = self._rows.execute(str(ask.json().get("CustomQueryString", "")))
            rows = cursor.fetchall()
        except sqlite3.Error as problem:
            return as_json({"colums": [], "results": [], "message": f"Error Running Query</br>{problem}"})
        columns = [one[0] for one in cursor.description or ()] if rows else []
        results = [["" if value is None else str(value) for value in row] for row in rows]
        nothing = "" if rows else "Query executed, no data returned.</br>Number of rows effected : 0"
        return as_json({"colums": columns, "results": results, "message": nothing})


def key_of(world: World, item: Json) -> str:
    """What an item is, whatever its id."""
    ids = item.get("ProviderIds", {})
    if item["Type"] != "Episode":
        return f"{item['Type']}:{ids.get('Tmdb') or item['Id']}"
    if "Tvdb" not in ids:  # Shokofin's
        return _key(world.episodes[int(ids["AniDB"]) - 240_000])
    return f"tvdb:{ids['Tvdb']}"


def _key(episode: Episode) -> str:
    return f"tvdb:{episode.tvdb_id}"


def item_of(world: World, items: Items, episode: Episode) -> Json | None:
    """An episode as Jellyfin lists it now; None when it has no file there."""
    wanted = _key(episode)
    return next(
        (one for one in items.all({"episode"}) if one["LocationType"] != "Virtual" and key_of(world, one) == wanted),
        None,
    )


def begin(world: World) -> None:
    """What was watched in Jellyfin in the last weeks, and what is playing while the demo runs."""
    for title, season, most, account, days in _WATCHED:
        for episode in _held(world, title, season)[:most]:
            world.library.play(ACCOUNTS[account].id, episode, world.now - timedelta(days=days, hours=-episode.number))
    for title, season, number, account, after in _COMING:
        for episode in _held(world, title, season):
            if episode.number == number:
                world.after(after, partial(world.library.begin, ACCOUNTS[account].id, episode))
                world.after(after + 600, partial(_end, world, ACCOUNTS[account].id, episode))


def _held(world: World, title: str, season: int) -> list[Episode]:
    found = [one for one in world.series.values() if one.title == title]
    return [one for series in found for one in world.season_of(series, season) if world.library.lists(one)]


def _end(world: World, user_id: str, episode: Episode) -> None:
    world.library.end(user_id)
    world.library.play(user_id, episode)


_WATCHED = (("The Bear", 1, 5, 1001, 6.0), ("The Expanse", 1, 2, 1, 3.0), ("Breaking Bad", 1, 2, 1001, 40.0))
"""Title, season, its first so many episodes, account, days ago."""
_COMING = (("The Bear", 1, 6, 1001, 10.0), ("The Expanse", 1, 3, 1, 60.0))
"""Title, season, episode, account, seconds after the start."""
