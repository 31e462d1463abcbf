"""Sonarr, version 3 and 4 (both serve /api/v3): what exists, what was grabbed, what is queued, and a few commands.

The two bulk listings are handed on as bytes: most of them are unchanged and never decoded.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from episodarr.capacity.ports import DiskSource
from episodarr.catalogue.model import EpisodesAnswer, SeriesListing, digest_of
from episodarr.catalogue.ports import CatalogueControl, CatalogueSource
from episodarr.connections.failures import Broken
from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection, Field, FieldKind
from episodarr.deletion.systems import FileManager
from episodarr.downloads.model import HistoryEvent, NameReading, QueueItem
from episodarr.downloads.ports import GrabSource, NameReader
from episodarr.integrations._sonarr_files import SonarrFiles
from episodarr.integrations._sonarr_wire import (
    EVENTS,
    ID,
    IDS,
    OBJECT,
    PAGE,
    PARSED,
    SERIES_IDS,
    Row,
    history_event,
    queue_item,
    read_hint,
)
from episodarr.integrations._untrusted import in_utc

_PAGE_SIZE = 1000
_MOST_PAGES = 500


class Sonarr(SonarrFiles):
    """One Sonarr: catalogue, grabs, control and files. Every call raises ServiceFailure when it cannot be answered."""

    application = "Sonarr"

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
        body = self.whole_list(await self.http.ask("GET", "/api/v3/series", bulk=True))
        return SeriesListing(digest_of(body), body)

    async def episodes(self, sonarr_series_id: int) -> EpisodesAnswer:
        """All episodes and episode files of one series, in two requests, not decoded."""
        of_series = {"seriesId": sonarr_series_id}
        episodes = self.whole_list(await self.http.ask("GET", "/api/v3/episode", params=of_series, bulk=True))
        files = self.whole_list(await self.http.ask("GET", "/api/v3/episodefile", params=of_series, bulk=True))
        return EpisodesAnswer(digest_of(episodes, files), episodes, files)

    async def series_exists(self, sonarr_series_id: int) -> bool:
        """False only on Sonarr's own "not found": a proxy's says nothing, and Radarr's is worded the same."""
        answer = await self.ask_for_one(f"/api/v3/series/{sonarr_series_id}")
        if answer is None:
            return False
        if self.http.decode(answer, ID).id != sonarr_series_id:
            raise Broken(self.http.service, f"asked for series {sonarr_series_id}, it answered with another one")
        return True

    async def poster(self, sonarr_series_id: int) -> bytes | None:
        """The poster as JPEG, PNG or WebP bytes, the small rendition first; None when there is none."""
        return await self.cover(sonarr_series_id)

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
    ports=(CatalogueSource, CatalogueControl, GrabSource, NameReader, DiskSource, FileManager),
    connect=_connect,
    check=Sonarr.check,
    hint=read_hint,
    order=10,
)
