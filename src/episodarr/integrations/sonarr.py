"""Sonarr, version 3 and 4 (both serve /api/v3): what exists, what was grabbed, what is queued, and a few commands.

The two bulk listings are handed on as bytes: most of them are unchanged and never decoded.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import aiohttp

from episodarr.capacity.model import DiskReading
from episodarr.capacity.ports import DiskSource
from episodarr.catalogue.model import EpisodesAnswer, SeriesListing, digest_of
from episodarr.catalogue.ports import CatalogueControl, CatalogueSource
from episodarr.connections.failures import Broken, WrongApp, WrongPath
from episodarr.connections.integration import Integration
from episodarr.connections.model import Checked, Connection, Field, FieldKind
from episodarr.downloads.model import HistoryEvent, NameReading, QueueItem
from episodarr.downloads.ports import GrabSource, NameReader
from episodarr.integrations._http import MEGABYTE, UNREADABLE, Answer, HttpService, TooLarge
from episodarr.integrations._sonarr_wire import (
    DISKS,
    EVENTS,
    ID,
    IDS,
    OBJECT,
    PAGE,
    PARSED,
    SERIES_IDS,
    STATUS,
    Row,
    Status,
    history_event,
    queue_item,
    read_hint,
)
from episodarr.integrations._untrusted import count, in_utc

_PAGE_SIZE = 1000
_MOST_PAGES = 500
_POSTER_LIMIT = 5 * MEGABYTE


class Sonarr:
    """One Sonarr: catalogue, grabs and control. Every call raises ServiceFailure when it cannot be answered."""

    def __init__(self, name: str, url: str, api_key: str, session: aiohttp.ClientSession) -> None:
        """`name` is how failures call it. Makes no request."""
        key = api_key.strip()
        self.http = HttpService(
            name, url, session, headers={"X-Api-Key": key, "Accept": "application/json, */*;q=0.5"}, secrets=[key]
        )

    async def check(self) -> Checked:
        """Whether a Sonarr answers and takes the key."""
        status = await self._sonarr()
        named = status.instance_name not in {"", status.app_name}
        return Checked("Sonarr", status.version, f"instance “{status.instance_name}”" if named else "")

    async def _sonarr(self) -> Status:
        """What answers, once it has said that it is a Sonarr."""
        answer = await self.http.ask("GET", "/api/v3/system/status", accept={404})
        if answer.status == 404:
            raise WrongPath(self.http.service, "no Sonarr API is at this address (HTTP 404)")
        status = self.http.decode(answer, STATUS)
        if status.app_name.lower() != "sonarr":
            found = self.http.redacted(f"{status.app_name} {status.version}".strip()) or "another application"
            raise WrongApp(self.http.service, f"{found} answers there, not Sonarr")
        return status

    # DiskSource

    async def disks(self) -> list[DiskReading]:
        """The mounts that Sonarr sees."""
        await self._sonarr()  # its relatives answer this question just the same
        found = await self.http.json("/api/v3/diskspace", DISKS)
        return [DiskReading(one.path, count(one.total_space), count(one.free_space), one.label or "") for one in found]

    # NameReader

    async def read_name(self, title: str) -> NameReading | None:
        """What Sonarr makes of a release's name; None when it knows no series for it."""
        found = await self.http.json("/api/v3/parse", PARSED, {"title": title[:1000]})
        if found.series is None:
            return None
        return NameReading(found.series.id, tuple(one.id for one in found.episodes or ()))

    # CatalogueSource

    async def series_listing(self) -> SeriesListing:
        """The whole series list, in one request, not decoded."""
        body = self._list(await self.http.ask("GET", "/api/v3/series", bulk=True))
        return SeriesListing(digest_of(body), body)

    async def episodes(self, sonarr_series_id: int) -> EpisodesAnswer:
        """All episodes and episode files of one series, in two requests, not decoded."""
        of_series = {"seriesId": sonarr_series_id}
        episodes = self._list(await self.http.ask("GET", "/api/v3/episode", params=of_series, bulk=True))
        files = self._list(await self.http.ask("GET", "/api/v3/episodefile", params=of_series, bulk=True))
        return EpisodesAnswer(digest_of(episodes, files), episodes, files)

    async def series_exists(self, sonarr_series_id: int) -> bool:
        """False only on Sonarr's own "not found": a proxy's says nothing, and Radarr's is worded the same."""
        answer = await self.http.ask("GET", f"/api/v3/series/{sonarr_series_id}", accept={404})
        if answer.status == 404:
            if "message" not in self._read_object(answer, if_not=WrongPath):
                raise WrongPath(self.http.service, "the “not found” is not Sonarr's own")
            await self._sonarr()
            return False
        if self.http.decode(answer, ID).id != sonarr_series_id:
            raise Broken(self.http.service, f"asked for series {sonarr_series_id}, it answered with another one")
        return True

    async def poster(self, sonarr_series_id: int) -> bytes | None:
        """The poster as JPEG, PNG or WebP bytes, the small rendition first; None when there is none."""
        for name in ("poster-250.jpg", "poster.jpg"):
            try:
                answer = await self.http.ask(
                    "GET", f"/api/v3/mediacover/{sonarr_series_id}/{name}", accept={404}, limit=_POSTER_LIMIT
                )
            except TooLarge:
                continue
            if answer.status != 404 and _is_image(answer.body):
                return answer.body
        return None

    async def series_changed_since(self, at: datetime) -> set[int]:
        """Ids of the series that have history since `at`."""
        rows = await self.http.json("/api/v3/history/since", SERIES_IDS, {"date": _iso(at)})
        return {row.series_id for row in rows}

    # GrabSource

    async def queue(self) -> list[QueueItem]:
        """The whole queue. Raises Broken when, asked twice, the pages do not add up to what Sonarr counts."""
        rows = await self._queue_rows()
        if rows is None:
            rows = await self._queue_rows()
        if rows is None:
            raise Broken(self.http.service, "the pages of the queue do not add up to what it counts")
        return [queue_item(row) for row in rows]

    async def history_since(self, at: datetime) -> list[HistoryEvent]:
        """All events since `at`, oldest first."""
        events = await self.http.json("/api/v3/history/since", EVENTS, {"date": _iso(at)})
        return sorted(map(history_event, events), key=lambda event: (event.at, event.id))

    # CatalogueControl

    async def monitor_episodes(self, episode_ids: Collection[int], *, monitored: bool) -> None:
        """Set the monitored flag of episodes of one series."""
        if episode_ids:
            wish = {"episodeIds": sorted(episode_ids), "monitored": monitored}
            self.http.decode(await self.http.ask("PUT", "/api/v3/episode/monitor", content=wish), IDS)

    async def monitor_season(self, sonarr_series_id: int, season_number: int, *, monitored: bool) -> None:
        """Set the flag of a season; Sonarr then sets its episodes'. Raises Broken when there is no such season."""
        series = await self._series(sonarr_series_id)
        seasons = series.get("seasons")
        listed = [season for season in seasons if isinstance(season, dict)] if isinstance(seasons, list) else []
        wanted = [season for season in listed if season.get("seasonNumber") == season_number]
        if not wanted:
            raise Broken(self.http.service, f"series {sonarr_series_id} has no season {season_number}")
        for season in wanted:
            season["monitored"] = monitored
        await self._put_series(sonarr_series_id, series)

    async def monitor_series(self, sonarr_series_id: int, *, monitored: bool) -> None:
        """Set the monitored flag of a series."""
        series = await self._series(sonarr_series_id)
        series["monitored"] = monitored
        await self._put_series(sonarr_series_id, series)

    async def search_episodes(self, episode_ids: Collection[int]) -> int:
        """Start a search for releases; the id of Sonarr's command."""
        return await self._command({"name": "EpisodeSearch", "episodeIds": sorted(episode_ids)})

    async def refresh_downloads(self) -> int:
        """Have Sonarr look at its download clients now; the id of its command."""
        return await self._command({"name": "RefreshMonitoredDownloads"})

    async def process_downloads(self) -> int:
        """Have Sonarr try to import what is complete; the id of its command."""
        return await self._command({"name": "ProcessMonitoredDownloads"})

    async def rescan_series(self, sonarr_series_id: int) -> int:
        """Have Sonarr rescan the series' folder; the id of its command."""
        return await self._command({"name": "RescanSeries", "seriesId": sonarr_series_id})

    async def _series(self, sonarr_series_id: int) -> dict[str, Any]:
        """A series exactly as Sonarr tells it: what is put back must hold every member, known here or not."""
        series = self.http.decode(await self.http.ask("GET", f"/api/v3/series/{sonarr_series_id}"), OBJECT)
        if series.get("id") != sonarr_series_id:
            raise Broken(self.http.service, f"asked for series {sonarr_series_id}, it answered with another one")
        return series

    async def _put_series(self, sonarr_series_id: int, series: dict[str, Any]) -> None:
        self.http.decode(
            await self.http.ask("PUT", f"/api/v3/series/{sonarr_series_id}", content=series),
            ID,
        )

    async def _command(self, command: dict[str, Any]) -> int:
        return self.http.decode(await self.http.ask("POST", "/api/v3/command", content=command), ID).id

    async def _queue_rows(self) -> list[Row] | None:
        """All rows of the queue; None when it changed while its pages were read."""
        rows: list[Row] = []
        seen: set[int] = set()
        total = 0
        for number in range(1, _MOST_PAGES + 1):
            page = await self.http.json(
                "/api/v3/queue",
                PAGE,
                {
                    "page": number,
                    "pageSize": _PAGE_SIZE,
                    "includeUnknownSeriesItems": "true",
                    # The default order is by time left, which moves rows between pages while they are read.
                    "sortKey": "title",
                    "sortDirection": "ascending",
                },
            )
            if number == 1:
                total = page.total_records
            ids = {row.id for row in page.records}
            # Past its end Sonarr gives the last page once more, under that page's number.
            if page.page != number or page.total_records != total or not seen.isdisjoint(ids):
                return None
            rows += page.records
            seen |= ids
            if len(rows) >= total or not page.records:
                break
        return rows if len(rows) == total else None

    def _list(self, answer: Answer) -> bytes:
        """The body of a listing, without decoding it: a complete JSON list begins and ends with its brackets."""
        body = answer.body
        if not body.strip():
            raise Broken(self.http.service, "the answer is empty")
        if body[:64].lstrip()[:1] != b"[" or body[-64:].rstrip()[-1:] != b"]":
            raise Broken(self.http.service, "the answer is no complete list")
        return body

    def _read_object(self, answer: Answer, *, if_not: type[WrongPath]) -> dict[str, Any]:
        try:
            return OBJECT.decode(answer.body)
        except UNREADABLE:
            pass
        raise if_not(self.http.service, f"nothing is there (HTTP {answer.status}), and it is not Sonarr that says so")


def _is_image(body: bytes) -> bool:
    return (
        body[:3] == b"\xff\xd8\xff" or body[:8] == b"\x89PNG\r\n\x1a\n" or (body[:4], body[8:12]) == (b"RIFF", b"WEBP")
    )


def _iso(at: datetime) -> str:
    return in_utc(at).isoformat().replace("+00:00", "Z")


def _connect(connection: Connection, session: Any) -> Sonarr:
    return Sonarr(connection.name or "Sonarr", connection.url, connection.settings.get("api_key", ""), session)


INTEGRATION = Integration(
    kind="sonarr",
    label="Sonarr",
    purpose="Which episodes exist, which are wanted, what was grabbed and what was imported.",
    fields=(
        Field("url", "Address", FieldKind.URL, help="With its URL base, if it has one.", example="http://sonarr:8989"),
        Field("api_key", "API key", FieldKind.SECRET, help="Sonarr: Settings > General > Security."),
    ),
    ports=(CatalogueSource, CatalogueControl, GrabSource, NameReader, DiskSource),
    connect=_connect,
    check=Sonarr.check,
    hint=read_hint,
    order=10,
)
