"""What Sonarr answers to GET on its lists: series, episodes, files, queue, history, calendar, wanted."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from episodarr.demo.history import EVENT_NUMBERS
from episodarr.demo.model import Episode, HistoryRow, Series
from episodarr.demo.server import Answer, Ask, Server, as_json
from episodarr.demo.sonarr_queue import queue_resource, queue_status, rows
from episodarr.demo.sonarr_resources import (
    Json,
    episode_resource,
    file_resource,
    history_resource,
    series_resource,
)
from episodarr.demo.world import World

PAGE_SIZE = 10
"""Sonarr's default for all paged lists."""
Row = TypeVar("Row")
EVENT_WORDS = {number: word for word, number in EVENT_NUMBERS.items()}


def not_found() -> Answer:
    """Sonarr's 404."""
    return as_json({"message": "NotFound"}, 404)


def bad_request(message: str) -> Answer:
    """Sonarr's 400."""
    return as_json({"message": message, "description": ""}, 400)


def read_instant(text: str | None) -> datetime | None:
    """An ISO time of a query, taken as UTC when it names no zone; None when absent or unreadable."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class Reads:
    """The handlers; `url_base` goes into image addresses."""

    def __init__(self, world: World, url_base: str) -> None:
        self._world = world
        self._url_base = url_base

    def register(self, server: Server, api: str) -> None:
        """Put the handlers on a server under `api`."""
        for path, handler in (
            ("/series", self.series_list),
            ("/series/{id}", self.series_one),
            ("/episode", self.episode_list),
            ("/episode/{id}", self.episode_one),
            ("/episodefile", self.file_list),
            ("/episodefile/{id}", self.file_one),
            ("/queue", self.queue),
            ("/queue/details", self.queue_details),
            ("/queue/status", self.queue_counts),
            ("/history", self.history),
            ("/history/since", self.history_since),
            ("/history/series", self.history_of_series),
            ("/calendar", self.calendar),
            ("/parse", self.parse),
            ("/wanted/missing", self.missing),
            ("/wanted/cutoff", self.cutoff),
        ):
            server.route("GET", api + path, handler)

    def _series_of(self, ask: Ask) -> Series | None:
        return self._world.series.get(int(ask.groups["id"])) if ask.groups["id"].isdigit() else None

    def series_list(self, ask: Ask) -> Answer:
        """The whole list, or the one of `tvdbId`; never paged."""
        tvdb_id = ask.number("tvdbId")
        listed = [one for one in self._world.series.values() if tvdb_id in {None, one.tvdb_id}]
        return as_json([series_resource(self._world, one, self._url_base) for one in listed])

    def parse(self, ask: Ask) -> Answer:
        """What a name means; this one understands `Title S01E02` and `Title S01` only."""
        name = ask.query.get("title", "")
        answer: Json = {"id": 0, "title": name, "episodes": [], "languages": [], "customFormats": []}
        match = re.match(r"(?P<title>.+?)[ .](?:\(\d{4}\) )?S(?P<season>\d\d)(?:E(?P<number>\d\d))?\b", name)
        if match is None:
            return as_json(answer)
        wanted = match["title"].replace(".", " ").lower()
        series = next((one for one in self._world.series.values() if one.title.lower() == wanted), None)
        if series is None:
            return as_json(answer)
        answer["series"] = series_resource(self._world, series, self._url_base)
        number = int(match["number"] or 0)
        meant = [one for one in self._world.season_of(series, int(match["season"])) if number in {0, one.number}]
        answer["episodes"] = [episode_resource(self._world, one) for one in meant]
        return as_json(answer)

    def series_one(self, ask: Ask) -> Answer:
        """One series by its id."""
        series = self._series_of(ask)
        return as_json(series_resource(self._world, series, self._url_base)) if series else not_found()

    def episode_list(self, ask: Ask) -> Answer:
        """Episodes of a series, by their ids, or of a file; 400 without any of these."""
        world = self._world
        series_id, file_id = ask.number("seriesId"), ask.number("episodeFileId")
        if series_id is not None:
            season = ask.number("seasonNumber")
            found = [one for one in world.episodes_of.get(series_id, []) if season in {None, one.season}]
        elif "episodeIds" in ask.query:
            found = [world.episodes[number] for number in ask.numbers("episodeIds") if number in world.episodes]
        elif file_id is not None:
            file = world.files.get(file_id)
            found = world.held_by(file) if file else []
        else:
            return bad_request("seriesId or episodeIds must be provided")
        return as_json([self._episode(ask, one) for one in found])

    def _episode(self, ask: Ask, episode: Episode) -> Json:
        return episode_resource(
            self._world,
            episode,
            with_series=ask.flag("includeSeries"),
            with_file=ask.flag("includeEpisodeFile"),
            with_images=ask.flag("includeImages") or ask.flag("includeEpisodeImages"),
            url_base=self._url_base,
        )

    def episode_one(self, ask: Ask) -> Answer:
        """One episode with its series, file and images."""
        episode = self._world.episodes.get(int(ask.groups["id"])) if ask.groups["id"].isdigit() else None
        if episode is None:
            return not_found()
        return as_json(
            episode_resource(
                self._world, episode, with_series=True, with_file=True, with_images=True, url_base=self._url_base
            )
        )

    def file_list(self, ask: Ask) -> Answer:
        """Files of a series or by their ids; 400 without either."""
        world = self._world
        series_id = ask.number("seriesId")
        if series_id is not None:
            return as_json([file_resource(file) for file in world.files_of.get(series_id, {}).values()])
        if "episodeFileIds" in ask.query:
            return as_json(
                [file_resource(world.files[one]) for one in ask.numbers("episodeFileIds") if one in world.files]
            )
        return bad_request("seriesId or episodeFileIds must be provided")

    def file_one(self, ask: Ask) -> Answer:
        """One file by its id."""
        file = self._world.files.get(int(ask.groups["id"])) if ask.groups["id"].isdigit() else None
        return as_json(file_resource(file)) if file else not_found()

    def queue(self, ask: Ask) -> Answer:
        """The queue, paged; items that Sonarr cannot place are left out unless asked for."""
        found = rows(self._world, unknown=ask.flag("includeUnknownSeriesItems"))
        series_ids = set(ask.numbers("seriesIds"))
        if series_ids:
            found = [row for row in found if row[1].series_id in series_ids]
        with_series, with_episode = ask.flag("includeSeries"), ask.flag("includeEpisode")
        made = [
            queue_resource(
                self._world, row, with_series=with_series, with_episode=with_episode, url_base=self._url_base
            )
            for row in found
        ]
        statuses = {word for part in ask.query.getall("status", []) for word in part.split(",")}
        if statuses:
            made = [one for one in made if one["status"] in statuses]
        made.sort(key=lambda one: ("timeleft" not in one, one.get("timeleft", ""), one.get("episodeId", 0)))
        return self._page(ask, made, lambda one: one, sort_key="timeleft", direction="ascending", last_page_again=True)

    def queue_details(self, ask: Ask) -> Answer:
        """The queue of a series or of episodes, unpaged; episodes are included unless told otherwise."""
        series_id, numbers = ask.number("seriesId"), set(ask.numbers("episodeIds"))
        found = [
            row
            for row in rows(self._world, unknown=False)
            if series_id in {None, row[1].series_id} and (not numbers or row[2] in numbers)
        ]
        with_series, with_episode = ask.flag("includeSeries"), ask.flag("includeEpisode")
        return as_json(
            [
                queue_resource(
                    self._world, row, with_series=with_series, with_episode=with_episode, url_base=self._url_base
                )
                for row in found
            ]
        )

    def queue_counts(self, ask: Ask) -> Answer:  # noqa: ARG002
        """The queue in numbers."""
        return as_json({**queue_status(self._world), "id": 0})

    def _events(self, ask: Ask) -> set[str]:
        words = set()
        for part in ",".join(ask.query.getall("eventType", [])).split(","):
            if part.strip().isdigit():
                words.add(EVENT_WORDS.get(int(part), "none"))
            elif part.strip():
                words.add(part.strip()[0].lower() + part.strip()[1:])
        return words

    def _history_rows(self, ask: Ask) -> list[HistoryRow]:
        events, series_ids = self._events(ask), set(ask.numbers("seriesIds"))
        episode_id, download_id = ask.number("episodeId"), ask.query.get("downloadId", "")
        return [
            row
            for row in self._world.history
            if (not events or row.event in events)
            and (not series_ids or row.series_id in series_ids)
            and episode_id in {None, row.episode_id}
            and (not download_id or (row.download_id or "").lower() == download_id.lower())
        ]

    def _history(self, ask: Ask, row: HistoryRow) -> Json:
        return history_resource(
            self._world, row, with_series=ask.flag("includeSeries"), with_episode=ask.flag("includeEpisode")
        )

    def history(self, ask: Ask) -> Answer:
        """The history, paged, latest first."""
        up = ask.query.get("sortDirection") == "ascending"
        found = sorted(self._history_rows(ask), key=lambda row: (row.at, row.id), reverse=not up)
        direction = "ascending" if up else "descending"
        return self._page(ask, found, lambda row: self._history(ask, row), sort_key="date", direction=direction)

    def history_since(self, ask: Ask) -> Answer:
        """All rows after `date`, oldest first, unpaged; 400 without a date."""
        since = read_instant(ask.query.get("date"))
        if since is None:
            return bad_request("date must be provided")
        found = sorted((row for row in self._history_rows(ask) if row.at >= since), key=lambda row: (row.at, row.id))
        return as_json([self._history(ask, row) for row in found])

    def history_of_series(self, ask: Ask) -> Answer:
        """All rows of a series, or of one of its seasons, latest first."""
        series_id, season = ask.number("seriesId"), ask.number("seasonNumber")
        in_season = {one.id for one in self._world.episodes_of.get(series_id or 0, []) if season in {None, one.season}}
        found = [row for row in self._history_rows(ask) if row.series_id == series_id and row.episode_id in in_season]
        found.sort(key=lambda row: (row.at, row.id), reverse=True)
        return as_json([self._history(ask, row) for row in found])

    def calendar(self, ask: Ask) -> Answer:
        """Episodes that air between `start` (today) and `end` (two days later)."""
        world = self._world
        today = world.now.replace(hour=0, minute=0, second=0, microsecond=0)
        start = read_instant(ask.query.get("start")) or today
        end = read_instant(ask.query.get("end")) or today + timedelta(days=2)
        unmonitored = ask.flag("unmonitored")
        found = [
            one
            for one in world.episodes.values()
            if one.air_at is not None
            and start <= one.air_at <= end
            and (unmonitored or (one.monitored and world.series[one.series_id].monitored))
        ]
        found.sort(key=lambda one: (one.air_at or start, one.id))
        return as_json([self._episode(ask, one) for one in found])

    def missing(self, ask: Ask) -> Answer:
        """Aired episodes without a file, paged; monitored ones unless told otherwise."""
        world, monitored = self._world, ask.flag("monitored", default=True)
        found = [
            one
            for one in world.episodes.values()
            if not one.file_id
            and world.aired(one)
            and (one.monitored and world.series[one.series_id].monitored) == monitored
        ]
        return self._wanted(ask, found)

    def cutoff(self, ask: Ask) -> Answer:
        """Episodes whose file is below the wanted quality, paged."""
        world = self._world
        found = [
            one
            for one in world.episodes.values()
            if one.file_id and one.monitored and world.files[one.file_id].release.quality.resolution < 1080
        ]
        return self._wanted(ask, found)

    def _wanted(self, ask: Ask, found: list[Episode]) -> Answer:
        up = ask.query.get("sortDirection") != "descending"
        found.sort(key=lambda one: (one.air_at or self._world.now, one.id), reverse=not up)
        direction = "ascending" if up else "descending"
        return self._page(
            ask, found, lambda one: self._episode(ask, one), sort_key="episodes.airDateUtc", direction=direction
        )

    def _page(
        self,
        ask: Ask,
        found: list[Row],
        make: Callable[[Row], Json],
        *,
        sort_key: str,
        direction: str,
        last_page_again: bool = False,
    ) -> Answer:
        """One page. The queue answers a page past its end with its last page and rewrites the number."""
        size = max(ask.number("pageSize") or PAGE_SIZE, 1)
        page = max(ask.number("page") or 1, 1)
        if last_page_again:
            page = min(page, max(-(-len(found) // size), 1))
        return as_json(
            {
                "page": page,
                "pageSize": size,
                "sortKey": ask.query.get("sortKey", sort_key),
                "sortDirection": direction,
                "totalRecords": len(found),
                "records": [make(row) for row in found[(page - 1) * size : page * size]],
            }
        )
