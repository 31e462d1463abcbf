"""The columns of lists that are exported as they are listed."""

from episodarr.overview.answers import ShowCard
from episodarr.overview.export import Column

LIBRARY_COLUMNS: tuple[Column[ShowCard], ...] = (
    Column("title", "Title", lambda show: show.title),
    Column("year", "Year", lambda show: show.year or None),
    Column("type", "Type", lambda show: show.series_type),
    Column("status", "Status", lambda show: show.status),
    Column("network", "Network", lambda show: show.network),
    Column("monitored", "Monitored", lambda show: show.monitored),
    Column("seasons", "Seasons", lambda show: show.season_count),
    Column("episodes", "Episodes", lambda show: show.episode_count),
    Column("aired", "Aired", lambda show: show.aired_count),
    Column("available", "Available", lambda show: show.available_count),
    Column("watched", "Watched", lambda show: show.states.get("watched", 0)),
    Column("missing", "Missing", lambda show: show.missing_count),
    Column("files", "Files", lambda show: show.file_count),
    Column("size", "Bytes", lambda show: show.size_on_disk),
    Column("next_airs_at", "Next airing", lambda show: show.next_airs_at),
    Column("synced_at", "Last read", lambda show: show.synced_at),
    Column("server", "Server", lambda show: show.connection),
    Column("tvdb_id", "TVDB", lambda show: show.tvdb_id or None),
    Column("tmdb_id", "TMDB", lambda show: show.tmdb_id or None),
    Column("imdb_id", "IMDb", lambda show: show.imdb_id or None),
)
