"""The simulated Plex Media Server 1.41: libraries, items, trash, partial scans, history, sessions, webhooks."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import aiohttp
import msgspec

from episodarr.demo.film_items import plex_films
from episodarr.demo.model import Episode, LibraryItem, Series
from episodarr.demo.plex_collections import PlexCollections
from episodarr.demo.plex_resources import EPISODE, MACHINE_ID, SHOW, Json, Shelf, as_xml, unix, without
from episodarr.demo.posters import poster
from episodarr.demo.server import Answer, Ask, Server, encode
from episodarr.demo.world import World

TOKEN = "plx-demo-token-0000000001"
VERSION = "1.41.9.9961-46083195d"
MOVIES, SHOWS, ANIME = "1", "2", "3"
ACCOUNTS = {0: "", 1: "demo", 1000: "anna", 1001: "ben"}
WEBHOOK_TIMEOUT = 10.0
"""Seconds that a webhook's receiver has; nothing is sent twice."""
_UNAUTHORIZED = b"<html><head><title>Unauthorized</title></head><body><h1>401 Unauthorized</h1></body></html>"
_NOT_FOUND = b"<html><head><title>Not Found</title></head><body><h1>404 Not Found</h1></body></html>"
_PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
"""The smallest thing that begins and ends as a JPEG."""


class Plex(Server):
    """Plex over the world's `plex` library."""

    kind = "plex"

    def __init__(self, world: World, *, token: str = TOKEN, name: str = "Attic", legacy: bool = False) -> None:
        """`legacy`: the libraries use the agents of before 2020, which know no ids of episodes."""
        super().__init__(world)
        self.token = token
        self.name = name
        self.legacy = legacy
        self.sections = {SHOWS: ("TV Shows", world.roots[0]), ANIME: ("Anime", world.roots[1])}
        self.webhooks: list[str] = []
        self.lost = 0
        """Rows that were deleted from the beginning of the history."""
        self.sent: list[Json] = []
        self.collections = PlexCollections(MACHINE_ID, self._found, self._page, _not_found())
        world.plex.listeners.append(self._newly_listed)
        routes: tuple[tuple[str, str, Callable[[Ask], Answer]], ...] = (
            ("GET", "/", self._server),
            ("GET", "/library/sections", self._all_sections),
            ("GET", "/library/sections/all", self._all_sections),
            ("GET", "/library/sections/{id}/all", self._section),
            ("GET", "/library/sections/{id}/refresh", self._refresh),
            ("POST", "/library/sections/{id}/refresh", self._refresh),
            ("PUT", "/library/sections/{id}/emptyTrash", self._empty_trash),
            ("GET", "/library/sections/{id}/collections", self.collections.listed),
            ("POST", "/library/collections", self.collections.create),
            ("GET", "/library/collections/{id}/items", self.collections.items),
            ("PUT", "/library/collections/{id}/items", self.collections.add),
            ("PUT", "/library/collections/{id}/items/{item}", self.collections.take_out),
            ("DELETE", "/library/collections/{id}/items/{item}", self.collections.take_out),
            ("GET", "/library/metadata/{id}", self._metadata),
            ("GET", "/library/metadata/{id}/thumb", self._thumb),
            ("GET", "/library/metadata/{id}/thumb/{at}", self._thumb),
            ("GET", "/library/metadata/{id}/children", self._children),
            ("GET", "/library/metadata/{id}/allLeaves", self._leaves),
            ("GET", "/library/metadata/{id}/grandchildren", self._leaves),
            ("DELETE", "/library/metadata/{id}", self._delete),
            ("GET", "/status/sessions", self._sessions),
            ("GET", "/status/sessions/history/all", self._history),
            ("GET", "/accounts", self._accounts),
        )
        for method, path, handler in routes:
            self.route(method, path, handler)

    # Who asks

    def answer(self, ask: Ask) -> Answer:
        """The answer of the API: 401 as a page without the token, JSON only when it is asked for."""
        if ask.path.rstrip("/") == "/identity":
            made = _container({"claimed": True, "machineIdentifier": MACHINE_ID, "version": VERSION})
        elif (ask.headers.get("X-Plex-Token") or ask.query.get("X-Plex-Token")) != self.token:
            made = self.unauthorized()
        else:
            handler, _ = self.find(ask)
            made = handler(ask) if handler is not None else _not_found()
        made.headers["X-Plex-Protocol"] = "1.0"
        return made if _wants_json(ask) else _in_xml(made)

    def unauthorized(self) -> Answer:
        """Plex answers a wrong token with a page, whatever was asked for."""
        return Answer(401, _UNAUTHORIZED, "text/html", {"X-Plex-Protocol": "1.0"})

    def broken(self) -> Answer:
        """Plex's failure."""
        page = b"<html><head><title>Internal Server Error</title></head><body></body></html>"
        return Answer(500, page, "text/html", {"X-Plex-Protocol": "1.0"})

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:  # noqa: ARG002  # as the base class hands it over
        """Jellyfin sits on this port."""
        return Answer(404, headers={"Server": "Kestrel"})

    # Items

    def _shelf(self) -> Shelf:
        folders = {key: folder for key, (_, folder) in self.sections.items()}
        return Shelf(self.world, self.world.plex, folders, legacy=self.legacy)

    def _server(self, ask: Ask) -> Answer:  # noqa: ARG002
        return _container(
            {
                "allowMediaDeletion": True,
                "friendlyName": self.name,
                "machineIdentifier": MACHINE_ID,
                "myPlex": True,
                "platform": "Linux",
                "updatedAt": unix(self.world.now),
                "version": VERSION,
            }
        )

    def _all_sections(self, ask: Ask) -> Answer:  # noqa: ARG002
        library = self.world.plex
        shared: Json = {
            "allowSync": True,
            "filters": True,
            "refreshing": library.scanning,
            "language": "en-US",
            "content": True,
            "directory": True,
            "hidden": False,
            "createdAt": unix(self.world.started_at),
            "scannedAt": unix(library.scan_ended_at or self.world.started_at),
        }
        agent = "com.plexapp.agents.thetvdb" if self.legacy else "tv.plex.agents.series"
        made: list[Json] = [
            {
                **shared,
                "key": key,
                "type": "show",
                "title": title,
                "agent": agent,
                "scanner": "Plex TV Series",
                "Location": [{"id": int(key), "path": folder}],
            }
            for key, (title, folder) in self.sections.items()
        ]
        films = {**shared, "key": MOVIES, "type": "movie", "title": "Movies", "agent": "tv.plex.agents.movie"}
        films |= {"scanner": "Plex Movie", "Location": [{"id": 1, "path": self.world.films.root}]}
        return _container({"allowSync": True, "title1": "Plex Library", "Directory": [films, *made]})

    def _section(self, ask: Ask) -> Answer:
        key = ask.groups["id"]
        if key not in {MOVIES, *self.sections}:
            return _not_found()
        kind = ask.number("type") or (SHOW if key in self.sections else 1)
        found: list[Json] = plex_films(self.world, legacy=self.legacy) if (key, kind) == (MOVIES, 1) else []
        if key in self.sections and kind in {SHOW, EPISODE}:
            found = self._shelf().shows(key) if kind == SHOW else self._shelf().episodes(key)
        title = self.sections[key][0] if key in self.sections else "Movies"
        return self._page(ask, found, {"librarySectionID": int(key), "librarySectionTitle": title})

    def _page(self, ask: Ask, found: list[Json], more: Json) -> Answer:
        start, size = _window(ask)
        part = found if size is None else found[start : start + size]
        wanted = {"guids": ask.query.get("includeGuids") == "1"}
        dropped = {name: set(ask.query.get(f"exclude{name}", "").split(",")) for name in ("Elements", "Fields")}
        shown = [
            without(one, guids=wanted["guids"], elements=dropped["Elements"], fields=dropped["Fields"]) for one in part
        ]
        made: Json = {"size": len(part), "allowSync": True, "identifier": "com.plexapp.plugins.library", **more}
        if size is not None:
            made |= {"totalSize": len(found), "offset": start}
        answer = _container(made, shown)
        answer.headers |= {"X-Plex-Container-Start": str(start), "X-Plex-Container-Total-Size": str(len(found))}
        return answer

    def _one(self, ask: Ask) -> tuple[Json, Series] | None:
        return self._shelf().find(ask.groups["id"])

    def _metadata(self, ask: Ask) -> Answer:
        """Items in full; with `checkFiles=1` Plex looks at the disk."""
        found = self._found(ask.groups["id"].split(","))
        if not found:
            return _not_found()
        for part in (part for item in found for media in item.get("Media", []) for part in media["Part"]):
            if ask.query.get("checkFiles") == "1":
                there = part["file"] in self.world.disk
                part |= {"exists": there, "accessible": there}
        return _container({"size": len(found), "allowSync": True}, found)

    def _found(self, keys: list[str]) -> list[Json]:
        """The items of some rating keys that are there, and of which library each is."""
        shelf = self._shelf()
        held = [one for key in keys if (one := shelf.find(key)) is not None]
        found = [{**item, "librarySectionID": int(shelf.section_of(series) or 0)} for item, series in held]
        films = [one for one in plex_films(self.world, legacy=self.legacy) if one["ratingKey"] in keys]
        return found + [{**one, "librarySectionID": int(MOVIES)} for one in films]

    def _thumb(self, ask: Ask) -> Answer:
        """The pictures of movies; those of shows are asked of Sonarr."""
        films = plex_films(self.world, legacy=self.legacy)
        number = next((place for place, one in enumerate(films) if one["ratingKey"] == ask.groups["id"]), None)
        return _not_found() if number is None else Answer(200, poster(int(ask.groups["id"])), "image/png")

    def _children(self, ask: Ask) -> Answer:
        found = self._one(ask)
        if found is None:
            return _not_found()
        item, series = found
        if item["type"] == "show":
            return self._page(ask, self._shelf().seasons(series), {})
        leaves = self._shelf().leaves(series)
        return self._page(ask, [one for one in leaves if one["parentRatingKey"] == item["ratingKey"]], {})

    def _leaves(self, ask: Ask) -> Answer:
        found = self._one(ask)
        return self._page(ask, self._shelf().leaves(found[1]), {}) if found is not None else _not_found()

    # Changes

    def _refresh(self, ask: Ask) -> Answer:
        """A scan of a folder, or of everything."""
        if path := ask.query.get("path"):
            self.world.plex.told(path)
            self.world.films.told(path)
        else:
            self.world.plex.scan()
        return Answer(200)

    def _empty_trash(self, ask: Ask) -> Answer:  # noqa: ARG002
        self.world.plex.empty_trash()
        return Answer(200)

    def _delete(self, ask: Ask) -> Answer:
        """Delete the MEDIA FILES of an item and of everything below it."""
        found = self._one(ask)
        if found is None:
            return _not_found()
        item, series = found
        keys = ("ratingKey", "parentRatingKey", "grandparentRatingKey")
        below = [leaf for leaf in self._shelf().leaves(series) if item["ratingKey"] in {leaf[key] for key in keys}]
        for path in {leaf["Media"][0]["Part"][0]["file"] for leaf in below}:
            self.world.plex.delete(self.world.plex.items[path])
        return Answer(200)

    # Who watches

    def _episode_item(self, number: int) -> Json | None:
        episode: Episode | None = self.world.episodes.get(number)
        if episode is None:
            return None
        leaves = self._shelf().leaves(self.world.series[episode.series_id])
        return next(
            (one for one in leaves if (one["parentIndex"], one["index"]) == (episode.season, episode.number)), None
        )

    def _history(self, ask: Ask) -> Answer:
        """The latest first, as `sort=viewedAt:desc` asks, or the earliest; `viewedAt>` and `accountID` narrow it."""
        after, account = ask.number("viewedAt>") or 0, ask.number("accountID")
        rows: list[Json] = []
        for number, (viewer, seen, at) in enumerate(self.world.plex.views, 1):
            item = self._episode_item(seen)
            if number <= self.lost or unix(at) < after or account not in {None, viewer}:
                continue
            row: Json = {"historyKey": f"/status/sessions/history/{number}", "viewedAt": unix(at), "deviceID": 1}
            rows.append({**row, **self._remembered(seen, item), "accountID": viewer})
        latest_first = ask.query.get("sort", "").endswith(":desc")
        return self._page(ask, sorted(rows, key=lambda row: row["viewedAt"], reverse=latest_first), {})

    def _remembered(self, seen: int, item: Json | None) -> Json:
        """What the history tells of an item: without its key once it is gone from the library."""
        episode = self.world.episodes[seen]
        series = self.world.series[episode.series_id]
        told: Json = {"type": "episode", "title": episode.title, "grandparentTitle": series.title}
        told |= {"index": episode.number, "parentIndex": episode.season}
        told["librarySectionID"] = self._shelf().section_of(series)
        if item is not None:
            kept = ("key", "ratingKey", "parentKey", "grandparentKey", "originallyAvailableAt")
            told |= {name: item[name] for name in kept if name in item}
        return told

    def _sessions(self, ask: Ask) -> Answer:  # noqa: ARG002
        """Who plays something; when nobody does, the list is left out."""
        made: list[Json] = []
        for number, (who, (seen, since)) in enumerate(self.world.plex.now_playing.items(), 1):
            item = self._episode_item(seen)
            if item is not None:
                offset = int((self.world.now - since).total_seconds()) * 1000
                player = {"machineIdentifier": "tv", "product": "Plex for Apple TV", "state": "playing", "title": "TV"}
                watching = {"sessionKey": str(number), "viewOffset": offset, "Player": player}
                made.append({**item, **watching, "User": {"id": who, "title": ACCOUNTS[int(who)]}})
        return _container({"size": len(made)}, made)

    def play(self, account: int, episode: Episode, *, at: datetime | None = None) -> None:
        """Let somebody's playing to the end be over now, or have been at `at`."""
        self.world.plex.view(account, episode, at)

    def running(self, account: int, episode: Episode) -> None:
        """Let somebody begin to play now."""
        self.world.plex.begin(str(account), episode)

    def lose_first(self) -> None:
        """Delete the earliest of the recorded plays."""
        self.lost += 1

    def _accounts(self, ask: Ask) -> Answer:  # noqa: ARG002
        made = [{"id": number, "key": f"/accounts/{number}", "name": name} for number, name in ACCOUNTS.items()]
        return _container({"size": len(made), "identifier": "com.plexapp.system.accounts", "Account": made})

    # Webhooks

    def _newly_listed(self, item: LibraryItem) -> None:
        shown = self._shelf().listed(item)
        if shown is not None:
            self.tell("library.new", shown)

    def tell(self, event: str, item: Json) -> None:
        """Send a webhook about an item to all receivers: a form whose field `payload` is the JSON."""
        if not self.webhooks or self._loop is None:
            return
        body: Json = {
            "event": event,
            "user": True,
            "owner": True,
            "Account": {"id": 1, "thumb": "", "title": ACCOUNTS[1]},
            "Server": {"title": self.name, "uuid": MACHINE_ID},
            "Metadata": {"librarySectionType": "show", **{k: one for k, one in item.items() if k != "Media"}},
        }
        self.sent.append(body)
        del self.sent[:-500]
        for url in self.webhooks:
            task = asyncio.ensure_future(_post(url, body))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def webhooks_sent(self) -> None:
        """Wait until nothing is being sent."""
        await asyncio.gather(*self._tasks)


async def _post(url: str, body: Json) -> None:
    """Send once; a failure is lost, as with the real one."""
    form = aiohttp.FormData()
    form.add_field("payload", encode(body).decode(), content_type="application/json")
    form.add_field("thumb", _PICTURE, filename="thumb.jpg", content_type="image/jpeg")
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WEBHOOK_TIMEOUT)) as session,
            session.post(url, data=form) as response,
        ):
            await response.read()
    except (aiohttp.ClientError, TimeoutError, OSError):
        return


def _wants_json(ask: Ask) -> bool:
    return "application/json" in ask.headers.get("Accept", "")


def _window(ask: Ask) -> tuple[int, int | None]:
    """First item and page size, from the headers or the query."""

    def number(name: str) -> int | None:
        told = str(ask.headers.get(name) or ask.query.get(name, ""))
        return int(told) if re.fullmatch(r"\d{1,9}", told) else None

    return number("X-Plex-Container-Start") or 0, number("X-Plex-Container-Size")


def _container(content: Json, metadata: list[Json] | None = None) -> Answer:
    whole: dict[str, Any] = {"size": 0, **content}
    if "Directory" in content:
        whole["size"] = len(content["Directory"])
    if metadata:
        whole["Metadata"] = metadata
    answer = Answer(200, encode({"MediaContainer": whole}), "application/json")
    answer.headers["X-Plex-Protocol"] = "1.0"
    return answer


def _not_found() -> Answer:
    return Answer(404, _NOT_FOUND, "text/html", {"X-Plex-Protocol": "1.0"})


def _in_xml(answer: Answer) -> Answer:
    if answer.content_type != "application/json":
        return answer
    content = msgspec.json.decode(answer.body)["MediaContainer"]
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{as_xml("MediaContainer", content)}'
    return Answer(answer.status, text.encode(), "text/xml;charset=utf-8", answer.headers)
