"""Columns of the screens' lists, named as the answers' fields, and the answers made of their rows."""

from typing import Any

import msgspec

from episodarr.database.schema import connections, episode_files, episodes, jobs, seasons, series
from episodarr.episode.state import PLAYABLE, State
from episodarr.overview.answers import EpisodeRow, JobView, SeasonCard, ShowCard

_s, _n, _e, _f = series.c, seasons.c, episodes.c, episode_files.c

SHOW = (
    *(
        _s[name]
        for name in (
            "id",
            "title",
            "year",
            "status",
            "series_type",
            "network",
            "monitored",
            "connection_id",
            "sonarr_id",
            "tvdb_id",
            "tmdb_id",
            "imdb_id",
            "season_count",
            "episode_count",
            "aired_count",
            "available_count",
            "file_count",
            "missing_count",
            "arriving_count",
            "states",
            "size_on_disk",
            "next_airs_at",
            "synced_at",
            "failure",
            "has_poster",
        )
    ),
    connections.c.name.label("connection"),
)


def show_card(row: Any) -> ShowCard:
    """A show out of a row of SHOW; further columns are left aside."""
    values = {column.key: row[place] for place, column in enumerate(SHOW)}
    values["states"] = msgspec.json.decode(values["states"])
    return ShowCard(**values)


SEASON = tuple(
    _n[name]
    for name in (
        "id",
        "series_id",
        "sonarr_series_id",
        "number",
        "monitored",
        "episode_count",
        "episode_file_count",
        "total_episode_count",
        "size_on_disk",
        "available_count",
        "missing_count",
        "arriving_count",
        "states",
        "created_at",
        "updated_at",
    )
)


def season_card(row: Any) -> SeasonCard:
    """A season out of a row of SEASON."""
    values = {column.key: row[place] for place, column in enumerate(SEASON)}
    values["states"] = msgspec.json.decode(values["states"])
    return SeasonCard(**values)


EPISODE = (
    *(
        _e[name]
        for name in (
            "id",
            "series_id",
            "season_id",
            "season_number",
            "episode_number",
            "absolute_number",
            "scene_season_number",
            "scene_episode_number",
            "scene_absolute_number",
            "title",
            "air_date",
            "airs_at",
            "runtime",
            "monitored",
            "because",
            "waiting_for",
            "since",
            "judged_at",
            "finale",
            "created_at",
            "updated_at",
            "state",
        )
    ),
    _e.sonarr_id.label("sonarr_episode_id"),
    _f.sonarr_id.label("sonarr_file_id"),
    _f.size,
    _f.quality,
    _f.relative_path,
)
_EPISODE_NAMES = tuple(column.key for column in EPISODE)


def episode_row(row: Any) -> EpisodeRow:
    """An episode out of a row of EPISODE; further columns are left aside."""
    values = dict(zip(_EPISODE_NAMES, row, strict=False))
    state = State(values["state"])
    has_file = values["sonarr_file_id"] is not None
    return EpisodeRow(**values | {"state": state, "has_file": has_file, "downloaded": has_file or state in PLAYABLE})


JOB = tuple(
    jobs.c[name]
    for name in (
        "id",
        "task",
        "trigger",
        "status",
        "progress",
        "message",
        "queued_at",
        "started_at",
        "finished_at",
        "report",
    )
)


def job_view(row: Any) -> JobView:
    """A run out of a row of JOB."""
    values = {column.key: row[place] for place, column in enumerate(JOB)}
    values["report"] = msgspec.json.decode(values["report"])
    return JobView(**values)
