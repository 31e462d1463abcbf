"""The simulated Sonarr v4: API v3 with URL base, key, web page, posters and outgoing webhooks."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp

from episodarr.demo.model import QUALITIES, Event
from episodarr.demo.naming import clean_of
from episodarr.demo.posters import poster
from episodarr.demo.server import HTML, Answer, Ask, Server, as_html, as_json
from episodarr.demo.sonarr_reads import Reads, not_found
from episodarr.demo.sonarr_resources import Json, episode_resource, instant, quality, series_resource
from episodarr.demo.sonarr_webhooks import payload, trial_payload
from episodarr.demo.sonarr_writes import Writes
from episodarr.demo.world import World

API_KEY = "5a0a44de0c6f4d0f9a1de9c1d0de5eed"
API = "/api/v3"
WEBHOOK_TIMEOUT = 5.0
"""Seconds that a webhook's receiver has; nothing is sent twice."""


@dataclass(slots=True)
class Webhook:
    """A receiver. `import_complete` adds the second form of Download, sent once per download."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    username: str = ""
    password: str = ""
    import_complete: bool = True
    upgrade_deletes: bool = False


class Sonarr(Server):
    """Sonarr over the world."""

    kind = "sonarr"

    def __init__(
        self,
        world: World,
        *,
        api_key: str = API_KEY,
        url_base: str = "",
        name: str = "Sonarr",
        version: str = "4.0.15.2941",
    ) -> None:
        super().__init__(world, url_base=url_base)
        self.api_key = api_key
        self.name = name
        self.version = version
        self.webhooks: list[Webhook] = []
        self.sent: list[Json] = []
        reads, writes = Reads(world, self.url_base), Writes(world, self.url_base)
        writes.register(self, API)
        reads.register(self, API)
        for path, handler in (
            ("/system/status", self._status),
            ("/rootfolder", self._root_folders),
            ("/diskspace", self._disk_space),
            ("/tag", self._tags),
            ("/qualityprofile", self._quality_profiles),
            ("/health", self._health),
            ("/parse", self._parse),
            ("/config/mediamanagement", self._media_management),
            ("/mediacover/{id}/{name}", self._cover),
        ):
            self.route("GET", API + path, handler)
        self.route("GET", "/MediaCover/{id}/{name}", self._cover)
        self.route("GET", "/ping", lambda _: as_json({"status": "OK"}))
        world.listeners.append(self._tell)

    def answer(self, ask: Ask) -> Answer:
        """The answer of the API, or the page of the web UI for any path that is not the API's."""
        inside = ask.path.lower().startswith(("/api/", "/mediacover/"))
        if inside and not self._knows(ask):
            return self.unauthorized()
        handler, methods = self.find(ask)
        if handler is not None:
            return handler(ask)
        if not inside:
            return as_html(HTML.replace(b"Sign in", b"Sonarr"))
        return Answer(405, headers={"Allow": ", ".join(sorted(methods))}) if methods else not_found()

    def _knows(self, ask: Ask) -> bool:
        bearer = ask.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.api_key in {ask.headers.get("X-Api-Key"), ask.query.get("apikey"), bearer}

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:
        """Radarr sits on this port: the same form of API with other lists."""
        if ask.path.lower() == f"{API}/system/status" and answer.status == 200:
            return as_json(self._system("Radarr", "5.26.2.10099"))
        if ask.path.lower().startswith(f"{API}/") and answer.status != 401:
            known = ask.path.lower().removeprefix(f"{API}/") in {"rootfolder", "diskspace", "tag", "health", "command"}
            return answer if known else not_found()
        return answer

    # The system

    def _system(self, app: str, version: str) -> Json:
        started = instant(self.world.started_at - timedelta(days=3))
        return {
            "appName": app,
            "instanceName": self.name if app == "Sonarr" else app,
            "version": version,
            "buildTime": "2025-06-20T15:21:03Z",
            "isDebug": False,
            "isProduction": True,
            "isAdmin": False,
            "isUserInteractive": False,
            "startupPath": "/app/bin",
            "appData": "/config",
            "osName": "alpine",
            "osVersion": "3.21.3",
            "isNetCore": True,
            "isLinux": True,
            "isOsx": False,
            "isWindows": False,
            "isDocker": True,
            "mode": "console",
            "branch": "main",
            "authentication": "forms",
            "migrationVersion": 217,
            "urlBase": self.url_base,
            "runtimeVersion": "6.0.36",
            "runtimeName": "netcore",
            "startTime": started,
            "packageVersion": version,
            "packageAuthor": "[linuxserver.io](https://www.linuxserver.io/)",
            "packageUpdateMechanism": "docker",
            "databaseVersion": "3.48.0",
            "databaseType": "sqLite",
        }

    def _status(self, ask: Ask) -> Answer:  # noqa: ARG002
        return as_json(self._system("Sonarr", self.version))

    def _root_folders(self, ask: Ask) -> Answer:  # noqa: ARG002
        free, _ = self.world.disk_space()
        listed: list[Json] = []
        for number, path in enumerate(self.world.roots, 1):
            there = self.world.mounted(path)
            folder: Json = {"path": f"{path}/", "accessible": there, "unmappedFolders": [], "id": number}
            listed.append({**folder, "freeSpace": free} if there else folder)
        return as_json(listed)

    def _disk_space(self, ask: Ask) -> Answer:  # noqa: ARG002
        free, total = self.world.disk_space()
        return as_json(
            [
                {"path": "/", "label": "", "freeSpace": 41_300_000_000, "totalSpace": 62_700_000_000, "id": 0},
                {
                    "path": self.world.disk.folder("/media"),
                    "label": "media",
                    "freeSpace": free,
                    "totalSpace": total,
                    "id": 0,
                },
            ]
        )

    def _tags(self, ask: Ask) -> Answer:  # noqa: ARG002
        return as_json([{"label": label, "id": number} for number, label in self.world.tags.items()])

    def _quality_profiles(self, ask: Ask) -> Answer:  # noqa: ARG002
        items = [
            {"quality": quality(one)["quality"], "items": [], "allowed": one.resolution >= 720}
            for one in QUALITIES.values()
        ]
        profile: Json = {
            "name": "HD-1080p",
            "upgradeAllowed": True,
            "cutoff": 7,
            "items": items,
            "minFormatScore": 0,
            "cutoffFormatScore": 0,
            "minUpgradeFormatScore": 1,
            "formatItems": [],
            "id": 1,
        }
        return as_json([profile])

    def _health(self, ask: Ask) -> Answer:  # noqa: ARG002
        gone = [root for root in self.world.roots if not self.world.mounted(root)]
        return as_json(
            [
                {
                    "source": "RootFolderCheck",
                    "type": "error",
                    "message": f"Missing root folder: {root}",
                    "wikiUrl": "https://wiki.servarr.com/sonarr/system#missing-root-folder",
                    "id": number,
                }
                for number, root in enumerate(gone, 1)
            ]
        )

    def _media_management(self, ask: Ask) -> Answer:  # noqa: ARG002
        return as_json(
            {
                "autoUnmonitorPreviouslyDownloadedEpisodes": self.world.unmonitors_deleted,
                "recycleBin": self.world.recycle_bin,
                "recycleBinCleanupDays": 7,
                "downloadPropersAndRepacks": "preferAndUpgrade",
                "createEmptySeriesFolders": False,
                "deleteEmptyFolders": False,
                "fileDate": "none",
                "rescanAfterRefresh": "always",
                "setPermissionsLinux": False,
                "chmodFolder": "755",
                "chownGroup": "",
                "episodeTitleRequired": "always",
                "skipFreeSpaceCheckWhenImporting": False,
                "minimumFreeSpaceWhenImporting": 100,
                "copyUsingHardlinks": True,
                "useScriptImport": False,
                "scriptImportPath": "",
                "importExtraFiles": False,
                "extraFileExtensions": "srt",
                "enableMediaInfo": True,
                "id": 1,
            }
        )

    def _parse(self, ask: Ask) -> Answer:
        """A simple reading of a release title: a known series, SxxExx, or a whole season."""
        title = ask.query.get("title", "")
        clean = clean_of(title)
        known = [one for one in self.world.series.values() if clean_of(one.title) in clean]
        series = max(known, key=lambda one: len(one.title), default=None)
        marks = re.search(r"S(\d{1,2})(?:E(\d{1,3}))?", title, re.IGNORECASE)
        if series is None or marks is None:
            return as_json({"title": title, "customFormatScore": 0, "id": 0})
        season, number = int(marks[1]), int(marks[2]) if marks[2] else None
        meant = [one for one in self.world.season_of(series, season) if number in {None, one.number}]
        return as_json(
            {
                "title": title,
                "parsedEpisodeInfo": {
                    "releaseTitle": title,
                    "seriesTitle": series.title,
                    "seriesTitleInfo": {"title": series.title, "titleWithoutYear": series.title, "year": 0},
                    "quality": quality(QUALITIES["WEBDL-1080p"]),
                    "seasonNumber": season,
                    "episodeNumbers": [] if number is None else [number],
                    "absoluteEpisodeNumbers": [],
                    "specialAbsoluteEpisodeNumbers": [],
                    "languages": [],
                    "fullSeason": number is None,
                    "isPartialSeason": False,
                    "isMultiSeason": False,
                    "isSeasonExtra": False,
                    "isSplitEpisode": False,
                    "isMiniSeries": False,
                    "special": season == 0,
                    "releaseHash": "",
                    "seasonPart": 0,
                    "releaseTokens": "",
                    "isDaily": False,
                    "isAbsoluteNumbering": False,
                    "isPossibleSpecialEpisode": False,
                    "isPossibleSceneSeasonSpecial": False,
                    "releaseType": "seasonPack" if number is None else "singleEpisode",
                },
                "series": series_resource(self.world, series, self.url_base),
                "episodes": [episode_resource(self.world, one) for one in meant],
                "languages": [],
                "customFormats": [],
                "customFormatScore": 0,
                "id": 0,
            }
        )

    def _cover(self, ask: Ask) -> Answer:
        known = ask.groups["id"].isdigit() and int(ask.groups["id"]) in self.world.series
        match = re.fullmatch(r"poster(-250|-500)?\.jpg", ask.groups["name"])
        if not known or match is None:
            return Answer(404)
        width = 250 if match[1] == "-250" else 500
        picture = poster(int(ask.groups["id"]), width, width * 3 // 2)
        return Answer(200, picture, "image/png", {"Cache-Control": "max-age=31536000, public"})

    # Webhooks

    def _tell(self, event: Event) -> None:
        if not self.webhooks or self._loop is None:
            return
        body = payload(self.world, event, self.name, "")
        for hook in self.webhooks:
            if event.import_complete and not hook.import_complete:
                continue
            self._send(hook, body)

    def send_test(self) -> None:
        """Send what the Test button of each webhook sends."""
        for hook in self.webhooks:
            self._send(hook, trial_payload(self.name, ""))

    async def webhooks_sent(self) -> None:
        """Wait until nothing is being sent."""
        await asyncio.gather(*self._tasks)

    def _send(self, hook: Webhook, body: dict[str, Any]) -> None:
        task = asyncio.ensure_future(post(hook, body))
        self.sent.append(body)
        del self.sent[:-500]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def steer_more(self, path: str, wish: dict[str, Any]) -> Answer:
        """`/_demo/webhook {url, headers}` adds a receiver, `/_demo/webhook/test` sends the test."""
        if path == "/_demo/webhook" and isinstance(wish.get("url"), str):
            headers = wish.get("headers")
            self.webhooks.append(Webhook(wish["url"], headers if isinstance(headers, dict) else {}))
            return as_json({"webhooks": len(self.webhooks)})
        if path == "/_demo/webhook/test":
            self.send_test()
            return as_json({"webhooks": len(self.webhooks)})
        return super().steer_more(path, wish)


async def post(hook: Webhook, body: dict[str, Any]) -> None:
    """Send once; a failure is lost, as with the real one."""
    auth = aiohttp.BasicAuth(hook.username, hook.password) if hook.username else None
    timeout = aiohttp.ClientTimeout(total=WEBHOOK_TIMEOUT)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, auth=auth) as session,
            session.post(hook.url, json=body, headers=dict(hook.headers)) as response,
        ):
            await response.read()
    except (aiohttp.ClientError, TimeoutError, OSError):
        return
