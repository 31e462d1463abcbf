"""The simulated Tautulli 2.17: its one address with commands, over what the world's Plex was used for."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from episodarr.demo.model import Episode
from episodarr.demo.plex_resources import MACHINE_ID, Shelf
from episodarr.demo.server import Answer, Ask, Server, as_html, as_json
from episodarr.demo.tautulli_log import PEOPLE, PlayLog, Session, item_of, row_of
from episodarr.demo.tautulli_metadata import metadata, without_media
from episodarr.demo.world import World

API_KEY = "taut0000000000000000000000000001"
VERSION = "v2.17.2"
SECTIONS = {"2": ("TV Shows", "/media/tv"), "3": ("Anime", "/media/anime")}
_KNOWN = "get_activity, get_history, get_metadata"
_ORDERED = {
    "date",
    "started",
    "stopped",
    "duration",
    "play_duration",
    "friendly_name",
    "full_title",
    "percent_complete",
}
Json = dict[str, Any]
Asked = Mapping[str, str]


class Tautulli(Server):
    """Tautulli beside the world's Plex. `connected` False: Plex does not answer it, which it does not call an error."""

    kind = "tautulli"

    def __init__(self, world: World, *, api_key: str = API_KEY, plex_name: str = "Attic") -> None:
        super().__init__(world)
        self.api_key = api_key
        self.plex_name = plex_name
        self.connected = True
        self.log = PlayLog(world)
        self._commands: dict[str, Callable[[Asked], Any]] = {
            "get_history": self._history,
            "get_metadata": self._metadata,
            "get_children_metadata": self._children,
            "get_activity": self._activity,
            "get_users": lambda _: [_user(place, one) for place, one in enumerate(PEOPLE.values(), 1)],
            "get_user_names": lambda _: [
                {"user_id": one.id, "friendly_name": one.friendly_name} for one in PEOPLE.values()
            ],
            "get_libraries": self._libraries,
            "get_library_names": lambda _: [
                {"section_id": int(key), "section_name": name, "section_type": "show", "agent": "tv.plex.agents.series"}
                for key, (name, _) in SECTIONS.items()
            ],
            "get_tautulli_info": lambda _: _INFO,
            "get_server_info": self._server_info,
            "get_server_identity": lambda _: {"machine_identifier": MACHINE_ID, "version": "1.41.9.9961-46083195d"},
            "server_status": lambda _: {"connected": self.connected},
        }

    # Who asks

    def answer(self, ask: Ask) -> Answer:
        """The answer to a command, asked for in the address or by a form."""
        if ask.path.rstrip("/") != "/api/v2":
            return as_html(status=404)
        asked = {**dict(parse_qsl(ask.body.decode("utf-8", "replace"))), **dict(ask.query)}
        if "apikey" not in asked:
            return _failed("Parameter apikey is required")
        if asked["apikey"] != self.api_key:
            return self.unauthorized()
        if "cmd" not in asked:
            return _failed(f"Parameter cmd is required. Possible commands are: {_KNOWN}")
        command = self._commands.get(asked["cmd"])
        if command is None:
            return _failed(f"Unknown command: {asked['cmd']}. Possible commands are: {_KNOWN}")
        self.log.follow(self._shelf())
        return _wrapped(command(asked))

    def unauthorized(self) -> Answer:
        """Tautulli says so with HTTP 400."""
        return _failed("Invalid apikey")

    def broken(self) -> Answer:
        """A command that failed."""
        return as_json({"response": {"result": "error", "message": "Unable to run the command", "data": {}}}, 500)

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:  # noqa: ARG002  # as the base class hands it over
        """Another application with an API sits on this port."""
        return as_json({"name": "Something", "version": "1.0"})

    def _shelf(self) -> Shelf:
        folders = {key: folder for key, (_, folder) in SECTIONS.items()}
        return Shelf(self.world, self.world.plex, folders)

    # What happens

    def play(self, account: int, episode: Episode, *, percent: int = 97, at: datetime | None = None) -> Session | None:
        """Let somebody's session end now, or have ended at `at`."""
        shelf = self._shelf()
        self.log.follow(shelf)
        return self.log.add(shelf, account, episode, at or self.world.now, percent=percent)

    def running(self, account: int, episode: Episode) -> None:
        """Let a session run on from now."""
        ended = self.play(account, episode, percent=33)
        assert ended is not None  # noqa: S101  # the demo lists what it plays
        self.log.sessions.remove(ended)
        self.log.running.append((ended.person, ended.item, self.world.now))

    def lose_first(self) -> None:
        """Delete the earliest of the recorded plays."""
        del self.log.sessions[0]

    # Commands

    def _history(self, asked: Asked) -> Json:
        grouping = asked.get("grouping", "1") not in {"0", "false"}
        rows = [row for row in self.log.rows(grouping=grouping) if _meets(row, asked)]
        column = asked.get("order_column", "date")
        if column in _ORDERED:
            rows.sort(key=lambda row: row[column], reverse=asked.get("order_dir", "desc") != "asc")
        if asked.get("include_activity", "1") not in {"0", "false"}:
            rows = [self._running_row(*one) for one in self._running()] + rows
        start, length = _number(asked, "start", 0), _number(asked, "length", 25)
        shown = rows[start : start + length]
        seconds = sum(row["play_duration"] for row in rows)
        return {
            "recordsFiltered": len(rows),
            "recordsTotal": len(self.log.sessions),
            "data": shown,
            "draw": 1,
            "filter_duration": f"{sum(row['play_duration'] for row in shown) // 60} mins",
            "total_duration": f"{seconds // 60} mins",
        }

    def _running(self) -> list[tuple[Any, Json, datetime]]:
        """Who plays what since when: what was set here, and what Plex is used for."""
        shelf, found = self._shelf(), list(self.log.running)
        for who, (seen, since) in self.world.plex.now_playing.items():
            item = item_of(self.world, shelf, self.world.episodes[seen])
            if item is not None:
                found.append((PEOPLE[int(who)], item, since))
        return found

    def _session(self, person: Any, item: Json, since: datetime) -> Json:
        """A session as `get_activity` tells it: Plex's own words, and every number a text."""
        row = self._running_row(person, item, since)
        texts = ("rating_key", "grandparent_rating_key", "media_index", "parent_media_index", "year", "started")
        offset = int((self.world.now - since).total_seconds()) * 1000
        told = {name: str(row[name]) for name in texts}
        return {**row, **told, "session_key": "77", "view_offset": str(offset), "state": "playing"}

    def _running_row(self, person: Any, item: Json, since: datetime) -> Json:
        seconds = int((self.world.now - since).total_seconds())
        return row_of([Session(0, 0, person, item, since, self.world.now, seconds, 33)], "playing")

    def _metadata(self, asked: Asked) -> Json:
        shelf = self._shelf()
        found = shelf.find(asked.get("rating_key", "")) if self.connected else None
        if found is None:
            return {}
        item, series = found
        return metadata(item, series, *self._section(shelf, series))

    def _children(self, asked: Asked) -> Json:
        shelf = self._shelf()
        found = shelf.find(asked.get("rating_key", "")) if self.connected else None
        if found is None:
            return {"children_count": 0, "children_list": []}
        item, series = found
        below = shelf.seasons(series) if item["type"] == "show" else []
        if item["type"] == "season":
            below = [leaf for leaf in shelf.leaves(series) if leaf["parentIndex"] == item["index"]]
        kind = {"show": "season", "season": "episode"}.get(item["type"], "")
        made = [without_media(metadata(one, series, *self._section(shelf, series))) for one in below]
        return {"children_count": len(made), "children_type": kind, "title": "", "children_list": made}

    def _section(self, shelf: Shelf, series: Any) -> tuple[str, str]:
        key = shelf.section_of(series)
        return key, SECTIONS[key][0] if key in SECTIONS else ""

    def _libraries(self, _asked: Asked) -> list[Json]:
        if not self.connected:
            return []
        shelf = self._shelf()
        made: list[Json] = []
        for key, (name, _) in SECTIONS.items():
            shows = shelf.shows(key)
            episodes = shelf.episodes(key)
            made.append(
                {
                    "section_id": key,
                    "section_name": name,
                    "section_type": "show",
                    "agent": "tv.plex.agents.series",
                    "thumb": "/:/resources/show.png",
                    "art": "/:/resources/show-fanart.jpg",
                    "count": str(len(shows)),
                    "is_active": 1,
                    "parent_count": str(sum(show["childCount"] for show in shows)),
                    "child_count": str(len(episodes)),
                }
            )
        return made

    def _activity(self, _asked: Asked) -> Json:
        if not self.connected:
            return {}
        none = dict.fromkeys(("stream_count_direct_stream", "stream_count_transcode", "total_bandwidth"), 0)
        running = self._running()
        count = len(running)
        sessions = [self._session(*one) for one in running]
        return {
            "stream_count": str(count),
            "sessions": sessions,
            "stream_count_direct_play": count,
            **none,
            "lan_bandwidth": 0,
            "wan_bandwidth": 0,
        }

    def _server_info(self, _asked: Asked) -> Json:
        return {
            "pms_identifier": MACHINE_ID,
            "pms_ip": "127.0.0.1",
            "pms_is_remote": 0,
            "pms_name": self.plex_name,
            "pms_platform": "Linux",
            "pms_plexpass": 1,
            "pms_port": 32400,
            "pms_ssl": 0,
            "pms_url": "http://127.0.0.1:32400",
            "pms_url_manual": 0,
            "pms_version": "1.41.9.9961-46083195d",
        }


_INFO = {
    "tautulli_install_type": "docker",
    "tautulli_version": VERSION,
    "tautulli_branch": "master",
    "tautulli_commit": "c7153deb",
    "tautulli_platform": "Linux",
    "tautulli_platform_release": "6.1",
    "tautulli_platform_version": "1",
    "tautulli_platform_linux_distro": "",
    "tautulli_platform_device_name": "demo",
    "tautulli_python_version": "3.11.2",
}


def _wrapped(data: Any) -> Answer:
    return as_json({"response": {"result": "success", "message": None, "data": data}})


def _failed(message: str) -> Answer:
    return as_json({"response": {"result": "error", "message": message, "data": {}}}, 400)


def _number(asked: Asked, name: str, default: int) -> int:
    value = asked.get(name, "")
    return int(value) if value.isdigit() else default


def _meets(row: Json, asked: Asked) -> bool:
    """Both days are inclusive, and mean the start."""
    day = datetime.fromtimestamp(row["date"], UTC).date()
    if (after := _day(asked, "after")) is not None and day < after:
        return False
    if (before := _day(asked, "before")) is not None and day > before:
        return False
    exact = ("user_id", "rating_key", "parent_rating_key", "grandparent_rating_key", "media_type")
    return all(str(row[name]) in asked[name].split(",") for name in exact if asked.get(name)) and str(
        row["guid"]
    ).startswith(asked.get("guid", ""))


def _day(asked: Asked, name: str) -> date | None:
    try:
        return date.fromisoformat(asked.get(name, ""))
    except ValueError:
        return None


def _user(place: int, one: Any) -> Json:
    everything = {"filter_all": None, "filter_movies": None, "filter_tv": None, "filter_music": None}
    local = one.id == 0
    return {
        "row_id": place,
        "user_id": one.id,
        "username": one.name,
        "friendly_name": one.friendly_name,
        "thumb": None if local else "https://plex.tv/users/0/avatar",
        "email": None if local else f"{one.name}@example.org",
        "is_active": 1,
        "is_admin": int(one.admin),
        "is_home_user": None if local else 0,
        "is_allow_sync": None if local else 1,
        "is_restricted": None if local else 0,
        "do_notify": 1,
        "keep_history": 1,
        "allow_guest": 0,
        "shared_libraries": [] if local else [*SECTIONS],
        **everything,
        "filter_photos": None,
    }


def begin(world: World) -> None:
    """What was watched in the last weeks, and what is watched while the demo runs."""
    for title, season, number, account, days in _WATCHED:
        for episode in _held(world, title, season)[:number]:
            world.plex.view(account, episode, world.now - timedelta(days=days, hours=-episode.number))
    for place, (title, season, number, account) in enumerate(_COMING):
        world.after(20.0 + 45.0 * place, partial(_watch, world, title, season, number, account))


def _held(world: World, title: str, season: int) -> list[Episode]:
    try:
        series = world.named(title)
    except KeyError:
        return []
    return [one for one in world.season_of(series, season) if world.plex.lists(one)]


def _watch(world: World, title: str, season: int, number: int, account: int) -> None:
    for episode in _held(world, title, season):
        if episode.number == number:
            world.plex.view(account, episode)


_WATCHED = (
    ("Breaking Bad", 1, 99, 1, 30.0),
    ("Breaking Bad", 1, 4, 1000, 21.0),
    ("The Bear", 1, 99, 1000, 12.0),
    ("The Expanse", 1, 3, 1001, 8.0),
)
"""Title, season, its first so many episodes, account, days ago."""
_COMING = (("The Bear", 2, 1, 1000), ("The Expanse", 1, 4, 1001), ("The Bear", 2, 2, 1000))
