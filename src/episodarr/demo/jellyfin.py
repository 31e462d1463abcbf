"""The simulated Jellyfin 10.11: items, shows, playback info, scans, users, sessions. Query names know no case."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from multidict import MultiDict

from episodarr.demo.film_items import jellyfin_films
from episodarr.demo.jellyfin_collections import Collections
from episodarr.demo.jellyfin_resources import (
    SERVER_ID,
    Items,
    item_id,
    series_id,
    with_fields,
)
from episodarr.demo.jellyfin_system import USERS, System, User
from episodarr.demo.jellyfin_watching import ACCOUNTS, Watching, item_of
from episodarr.demo.model import Episode, LibraryItem, Series
from episodarr.demo.posters import poster
from episodarr.demo.server import Answer, Ask, Server, as_html, as_json
from episodarr.demo.shoko import Shoko
from episodarr.demo.shokofin import ShokofinItems
from episodarr.demo.world import World

API_KEY = "c0ffee5eed0000000000000000001011"
HEX_ID = re.compile(r"[0-9a-f]{32}")
Json = dict[str, Any]


class Jellyfin(Server):
    """Jellyfin over the world's library."""

    kind = "jellyfin"

    def __init__(
        self,
        world: World,
        *,
        api_key: str = API_KEY,
        url_base: str = "",
        name: str = "jellyfin",
        legacy_auth: bool = True,
    ) -> None:
        super().__init__(world, url_base=url_base)
        self.api_key = api_key
        self.name = name
        self.legacy_auth = legacy_auth
        self.users = USERS
        self.starting = False
        self.tokens: dict[str, User] = {}
        self.shoko: Shoko | None = None
        """With it, anime are listed as the Shokofin plugin does."""
        self._system = System(self)
        self.watching = Watching(world)
        self.collections = Collections(self)
        routes: tuple[tuple[str, str, Callable[[Ask], Answer]], ...] = (
            ("GET", "/System/Info", self._system.system_info),
            ("GET", "/Items", self._items),
            ("DELETE", "/Items", self._delete_items),
            ("GET", "/Items/Counts", self._item_counts),
            ("GET", "/Items/{id}", self._item),
            ("DELETE", "/Items/{id}", self._delete_item),
            ("GET", "/Items/{id}/Images/{type}", self._image),
            ("GET", "/Library/VirtualFolders", self._virtual_folders),
            ("GET", "/Items/{id}/PlaybackInfo", self._playback_info),
            ("POST", "/Items/{id}/PlaybackInfo", self._playback_info),
            ("POST", "/Items/{id}/Refresh", self._refresh_item),
            ("GET", "/Shows/{id}/Seasons", self._seasons),
            ("GET", "/Shows/{id}/Episodes", self._episodes),
            ("POST", "/Library/Refresh", self._refresh),
            ("POST", "/Library/Media/Updated", self._media_updated),
            ("POST", "/Collections", self.collections.create),
            ("POST", "/Collections/{id}/Items", self.collections.change),
            ("DELETE", "/Collections/{id}/Items", self.collections.change),
            ("GET", "/Users", self._system.users),
            ("GET", "/Sessions", self._sessions),
            ("GET", "/Plugins", self.watching.plugins),
            ("POST", "/user_usage_stats/submit_custom_query", self.watching.query),
            ("GET", "/ScheduledTasks", self._system.tasks),
        )
        for method, path, handler in routes:
            self.route(method, path, handler)

    # Who asks

    def answer(self, ask: Ask) -> Answer:
        """The answer of the API; 503 while starting, 401 without a known token."""
        ask.query = MultiDict((name.lower(), value) for name, value in ask.query.items())
        if self.starting:
            return as_html(b"<html><body>Jellyfin is starting up</body></html>", 503)
        path = ask.path.lower().rstrip("/")
        if path == "/system/info/public":
            return as_json(self._system.public_info())
        if path == "/system/ping":
            return as_json("Jellyfin Server")
        if path == "/users/authenticatebyname" and ask.method == "POST":
            return self._authenticate(ask)
        if path in {"", "/web", "/web/index.html"}:
            return as_html()
        handler, methods = self.find(ask)
        if handler is None:
            return Answer(405) if methods else Answer(404)
        if self._token(ask) not in {self.api_key, *self.tokens}:
            return self.unauthorized()
        self.watching.follow(self._items_now)
        return handler(ask)

    def _token(self, ask: Ask) -> str:
        header = ask.headers.get("Authorization", "")
        if header.startswith("MediaBrowser ") or (self.legacy_auth and header.startswith("Emby ")):
            match = re.search(r'\bToken="?([^",]+)"?', header)
            if match:
                return match[1]
        if "apikey" in ask.query:
            return ask.query["apikey"]
        legacy = (ask.headers.get("X-Emby-Token"), ask.headers.get("X-MediaBrowser-Token"), ask.query.get("api_key"))
        return next((one for one in legacy if one), "") if self.legacy_auth else ""

    def _user_of(self, ask: Ask) -> User | None:
        """The user meant by `userId`, or the one whose token it is; an API key alone is no user."""
        wanted = ask.query.get("userid", "").replace("-", "").lower()
        if wanted:
            return next((user for user in self.users if user.id == wanted), None)
        return self.tokens.get(self._token(ask))

    def _authenticate(self, ask: Ask) -> Answer:
        wish = ask.json()
        user = next((one for one in self.users if one.name == wish.get("Username")), None)
        if (
            user is None
            or wish.get("Pw") != user.password
            or "MediaBrowser" not in ask.headers.get("Authorization", "")
        ):
            return self.unauthorized()
        token = item_id("Token", f"{user.name}{len(self.tokens)}")
        self.tokens[token] = user
        return as_json({"User": self._system.user(user), "AccessToken": token, "ServerId": SERVER_ID})

    def broken(self) -> Answer:
        """Jellyfin's failure in plain words."""
        return Answer(500, b"Error processing request.", "text/plain; charset=utf-8")

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:
        """Emby sits on this port: the public info names another product and version."""
        if ask.path.lower() == "/system/info/public":
            return as_json({"LocalAddress": self.url, "ServerName": "emby", "Version": "4.9.1.80", "Id": SERVER_ID})
        return answer if answer.status == 401 else Answer(404)

    # Scans

    def _refresh(self, ask: Ask) -> Answer:  # noqa: ARG002
        self.world.library.scan()
        return Answer(204)

    def _media_updated(self, ask: Ask) -> Answer:
        updates = ask.json().get("Updates")
        if not isinstance(updates, list):
            return Answer(400)
        for update in updates:
            if isinstance(update, dict) and isinstance(update.get("Path"), str):
                self.world.library.told(update["Path"])
                self.world.films.told(update["Path"])
        return Answer(204)

    def _refresh_item(self, ask: Ask) -> Answer:
        item = self._by_id(ask)
        if isinstance(item, Answer):
            return item
        self.world.library.told(str(item.get("Path") or self._folder_of(item)))
        return Answer(204)

    def _folder_of(self, item: Json) -> str:
        return next((one.path for one in self.world.series.values() if series_id(one) == item.get("SeriesId")), "")

    # Items

    def _by_id(self, ask: Ask) -> Json | Answer:
        wanted = ask.groups["id"].replace("-", "").lower()
        if not HEX_ID.fullmatch(wanted):
            return _problem(400, "The value is not valid.")
        others = [*jellyfin_films(self.world), *self.collections.items()]
        film = next((one for one in others if one["Id"] == wanted), None)
        return film or self._items_now().find(wanted) or _problem(404, "Not Found")

    def _shown(self, ask: Ask, item: Json) -> Json:
        fields = {part.lower() for one in ask.query.getall("fields", []) for part in one.split(",")}
        shown = with_fields(item, fields)
        user = self._user_of(ask)
        return {**shown, "UserData": self.watching.user_data(user, item)} if user is not None else shown

    # What happens

    def play(self, account: int, episode: Episode, *, percent: int = 97, at: datetime | None = None) -> None:
        """Let somebody's playing end now, or have ended at `at`."""
        self.watching.follow(self._items_now)
        self.watching.play(self._items_now(), ACCOUNTS[account], episode, percent=percent, at=at or self.world.now)

    def running(self, account: int, episode: Episode) -> None:
        """Let somebody begin to play now."""
        user = ACCOUNTS[account]
        self.watching.start(self._items_now(), user, episode)
        self.world.library.begin(user.id, episode)

    def lose_first(self) -> None:
        """Delete the earliest of the recorded plays."""
        self.watching.lose_first()

    def _sessions(self, ask: Ask) -> Answer:  # noqa: ARG002
        """Who plays something, and one player that stands idle: that one has no NowPlayingItem."""
        items, playing = self._items_now(), []
        for number, (who, (seen, since)) in enumerate(self.world.library.now_playing.items(), 1):
            user = next(one for one in self.users if one.id == who)
            item = item_of(self.world, items, self.world.episodes[seen])
            if item is not None:
                playing.append(self._system.playing(f"session{number}", user, item, since))
        return as_json([*playing, self._system.idle("idle", self.users[1])])

    def _items(self, ask: Ask) -> Answer:
        kinds = {part.lower() for one in ask.query.getall("includeitemtypes", []) for part in one.split(",") if part}
        ids = {part.replace("-", "").lower() for one in ask.query.getall("ids", []) for part in one.split(",") if part}
        items = self._items_now()
        collection = self.collections.all.get(ask.query.get("parentid", "").replace("-", "").lower())
        if collection is not None:
            # Without a user it is a folder like any other, and its items lie elsewhere.
            ids = set(collection.items) if self._user_of(ask) is not None else {"nothing"}
        if ids:
            found = [one for one in map(items.find, sorted(ids)) if one is not None]
            found += [one for one in [*jellyfin_films(self.world), *self.collections.items()] if one["Id"] in ids]
        elif collection is not None:
            found = []
        else:
            found = items.all(kinds) if ask.flag("recursive") else items.series()
            if ask.flag("recursive") and (not kinds or "movie" in kinds):
                found += jellyfin_films(self.world)
            if ask.flag("recursive") and "boxset" in kinds:
                found += self.collections.items()
        parent = ask.query.get("parentid", "").replace("-", "").lower()
        if parent and collection is None:
            found = [one for one in found if parent in {one.get("SeriesId"), one.get("SeasonId"), one.get("ParentId")}]
        if kinds:
            found = [one for one in found if str(one["Type"]).lower() in kinds]
        term = ask.query.get("searchterm", "").lower()
        if term:
            found = [one for one in found if term in str(one["Name"]).lower()]
        user = self._user_of(ask)
        listed = self._by_presence(ask, found)
        return self._page(ask, self.watching.listed(ask, user, listed) if user is not None else listed)

    @staticmethod
    def _by_presence(ask: Ask, found: list[Json]) -> list[Json]:
        """`isMissing` false leaves virtual items out, true leaves only them; without it both are there."""
        if "ismissing" not in ask.query:
            return found
        return [one for one in found if (one["LocationType"] == "Virtual") == ask.flag("ismissing")]

    def _page(self, ask: Ask, found: list[Json]) -> Answer:
        start, limit = ask.number("startindex") or 0, ask.number("limit")
        part = found[start:] if limit is None else found[start : start + limit]
        counted = ask.flag("enabletotalrecordcount", default=True)
        return as_json(
            {
                "Items": [self._shown(ask, one) for one in part],
                "TotalRecordCount": len(found) if counted else 0,
                "StartIndex": start,
            }
        )

    def _item(self, ask: Ask) -> Answer:
        item = self._by_id(ask)
        if isinstance(item, Answer):
            return item
        user = self._user_of(ask)
        return as_json({**item, "UserData": self.watching.user_data(user, item)} if user is not None else item)

    def _item_counts(self, ask: Ask) -> Answer:  # noqa: ARG002
        items = self._items_now()
        names = ["Movie", "Artist", "Program", "Trailer", "Song", "Album", "MusicVideo", "BoxSet", "Book"]
        counts = {f"{name}Count": 0 for name in names} | {"MovieCount": len(self.world.films.jellyfin)}
        listed = len(self.world.library.items)
        return as_json({**counts, "SeriesCount": len(items.series()), "EpisodeCount": listed, "ItemCount": listed})

    def _virtual_folders(self, ask: Ask) -> Answer:  # noqa: ARG002
        libraries = (
            ("Movies", "movies", [self.world.films.root]),
            ("Shows", "tvshows", [self.world.roots[0]]),
            ("Anime", "tvshows", [self.world.roots[1]]),
        )
        return as_json(
            [
                {"Name": name, "Locations": places, "CollectionType": kind, "ItemId": item_id("Folder", name)}
                for name, kind, places in libraries
            ]
        )

    def _image(self, ask: Ask) -> Answer:
        """The pictures of movies; those of shows are asked of Sonarr."""
        item = self._by_id(ask)
        if isinstance(item, Answer):
            return item
        if item["Type"] != "Movie" or ask.groups["type"] != "Primary":
            return _problem(404, "Not Found")
        return Answer(200, poster(int(str(item["ProviderIds"]["Tmdb"]))), "image/png")

    def _show(self, ask: Ask, items: Items) -> Series | None:
        wanted = ask.groups["id"].replace("-", "").lower()
        return next((one for one in self.world.series.values() if series_id(one) == wanted and items.knows(one)), None)

    def _seasons(self, ask: Ask) -> Answer:
        items = self._items_now()
        series = self._show(ask, items)
        if series is None:
            return _problem(404, "Not Found")
        return self._page(ask, self._by_presence(ask, items.seasons(series)))

    def _episodes(self, ask: Ask) -> Answer:
        found = self._items_now().of_show(ask.groups["id"].replace("-", "").lower())
        if found is None:
            return _problem(404, "Not Found")
        season, wanted = ask.number("season"), ask.query.get("seasonid", "").replace("-", "").lower()
        if wanted:
            found = [one for one in found if one["SeasonId"] == wanted]
            if not found:
                return _problem(404, "Not Found")
        elif season is not None:
            found = [one for one in found if one["ParentIndexNumber"] == season]
        return self._page(ask, self._by_presence(ask, found))

    def _items_now(self) -> Items:
        return Items(self.world) if self.shoko is None else ShokofinItems(self.world, self.shoko)

    def _playback_info(self, ask: Ask) -> Answer:
        """200 in any case: without a file there is an error code and no source."""
        item = self._by_id(ask)
        if isinstance(item, Answer):
            return item
        sources = item.get("MediaSources", [])
        if not sources:
            return as_json({"MediaSources": [], "ErrorCode": "NoCompatibleStream"})
        return as_json({"MediaSources": sources, "PlaySessionId": item_id("Play", f"{item['Id']}{self.world.t}")})

    def _files_below(self, item: Json) -> list[LibraryItem]:
        path = str(item.get("Path", ""))
        listed = self.world.library.items.values()
        return [one for one in listed if path and (one.path == path or one.path.startswith(f"{path}/"))]

    def _delete_item(self, ask: Ask) -> Answer:
        """Delete the MEDIA FILE on disk; of a season or series the whole folder."""
        item = self._by_id(ask)
        if isinstance(item, Answer):
            return item
        self.collections.all.pop(str(item["Id"]), None)
        for one in self._files_below(item):
            self.world.library.delete(one)
        return Answer(204)

    def _delete_items(self, ask: Ask) -> Answer:
        items = self._items_now()
        for part in ask.query.get("ids", "").split(","):
            item = items.find(part.replace("-", "").lower())
            if item is None:
                return _problem(404, "Not Found")
            for one in self._files_below(item):
                self.world.library.delete(one)
        return Answer(204)


def _problem(status: int, title: str) -> Answer:
    return Answer(status, as_json({"title": title, "status": status}).body, "application/problem+json; charset=utf-8")
