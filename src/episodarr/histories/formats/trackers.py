"""Tables of trackers: TV Time, Yamtrack, and any other whose columns somebody named."""

import re

from episodarr.histories.formats.table import BadCell, Cells, Table, When, an_id, no_date, one_each, whole
from episodarr.histories.model import BadRow, Columns, Event, Format, HistoryRow, InvalidFile, RowKind, Skipped

_YEAR = re.compile(r"\s*\(((?:19|20)\d\d)\)$")
_NUMBER = re.compile(r"(?:s|e|ep|season|episode)?\.?\s*0*(\d{1,4})(?:\.0)?", re.IGNORECASE | re.ASCII)
_IMDB = re.compile(r"tt\d{5,12}", re.ASCII)


def _with_year(name: str) -> tuple[str, int]:
    """TV Time tells shows of one name apart by a year in brackets."""
    match = _YEAR.search(name)
    return (name[: match.start()].strip(), int(match[1])) if match is not None and match.start() else (name, 0)


def _episode(cells: Cells, when: When | None, name: str, season: int | None, number: int | None, tvdb: int) -> Event:
    if not name:
        return BadRow(cells.line, "It has no show")
    if season is None or number is None:
        return BadRow(cells.line, f"Season or episode of “{name[:80]}” is missing")
    if when is None:
        return no_date(cells)
    title, year = _with_year(name)
    return HistoryRow(
        cells.line,
        title,
        when.day,
        watched_at=when.instant,
        kind=RowKind.EPISODE,
        season=season,
        number=number,
        year=year,
        tvdb_id=tvdb,
    )


class TvTimeRecords(Table):
    """`tracking-prod-records-v2.csv`: views among other records, told apart by their `key`."""

    format = Format.TV_TIME
    needs = one_each("key", "series_name", "created_at", "season_number|s_no")

    def date_text(self, cells: Cells) -> str:
        """When it was marked, in UTC; of other records none."""
        return cells.get("created_at", "updated_at") if _is_view(cells.get("key")) else ""

    def event(self, cells: Cells, when: When | None) -> Event:
        """A view or a repeated one; TV films count as films."""
        key = cells.get("key")
        if not _is_view(key):
            return Skipped(cells.line, f"no view, but a record “{key[:40]}”")
        name = cells.get("series_name", "movie_name")
        if cells.get("is_unitary").lower() == "true":
            title, year = _with_year(name)
            if when is None or not title:
                return no_date(cells) if title else BadRow(cells.line, "It has no title")
            return HistoryRow(cells.line, title, when.day, watched_at=when.instant, kind=RowKind.FILM, year=year)
        season = whole(cells.get("season_number", "s_no"), "a season")
        number = whole(cells.get("episode_number", "ep_no"), "an episode")
        return _episode(cells, when, name, season, number, an_id(cells.get("s_id")))


def _is_view(key: str) -> bool:
    return key.startswith(("watch-episode-", "rewatch-episode-"))


class TvTimeSeen(Table):
    """`seen_episode_source.csv`: views by the name of the show."""

    format = Format.TV_TIME
    needs = one_each("tv_show_name", "created_at", "season|episode_season_number", "episode|episode_number")

    def date_text(self, cells: Cells) -> str:
        """When it was marked, in UTC."""
        return cells.get("created_at", "updated_at")

    def event(self, cells: Cells, when: When | None) -> Event:
        """A view."""
        season = whole(cells.get("season", "episode_season_number"), "a season")
        number = whole(cells.get("episode", "episode_number"), "an episode")
        return _episode(cells, when, cells.get("tv_show_name"), season, number, an_id(cells.get("tv_show_id")))


class Yamtrack(Table):
    """Yamtrack's export: rows of all media; its columns change between versions."""

    format = Format.YAMTRACK
    needs = one_each("media_id", "source", "media_type")

    def date_text(self, cells: Cells) -> str:
        """When it was watched; of films when that ended."""
        kind = cells.get("media_type").lower()
        if kind == "episode":
            return cells.get("watch_date", "end_date", "progressed_at")
        return cells.get("end_date", "watch_date", "start_date") if kind == "movie" else ""

    def event(self, cells: Cells, when: When | None) -> Event:
        """An episode or a film; seasons, shows and other media are sums or no views."""
        kind, title = cells.get("media_type").lower(), cells.get("title")
        if kind not in {"episode", "movie"}:
            return Skipped(cells.line, f"a {kind or 'row without a type'}, which is no single view: {title}")
        if when is None:
            return Skipped(cells.line, f"not watched, or nobody noted when: {title}")
        if not title:
            return BadRow(cells.line, "It has no title")
        plays = 1 + (whole(cells.get("repeats"), "repeats", 1000) or 0)
        tmdb_id = an_id(cells.get("media_id")) if cells.get("source").lower() == "tmdb" else 0
        if kind == "movie":
            return HistoryRow(cells.line, title, when.day, watched_at=when.instant, kind=RowKind.FILM, plays=plays)
        season = whole(cells.get("season_number"), "a season")
        number = whole(cells.get("episode_number"), "an episode")
        if season is None or number is None:
            return BadRow(cells.line, f"Season or episode of “{title[:80]}” is missing")
        return HistoryRow(
            cells.line,
            title,
            when.day,
            watched_at=when.instant,
            kind=RowKind.EPISODE,
            season=season,
            number=number,
            tmdb_id=tmdb_id,
            plays=plays,
        )


class AnyTable(Table):
    """A table whose columns somebody named."""

    format = Format.GENERIC_CSV
    zone_told = False

    def __init__(self, heads: list[str], columns: Columns) -> None:
        super().__init__(heads)
        named = {field: getattr(columns, field).strip() for field in columns.__struct_fields__}
        self._names = {field: name.lower() for field, name in named.items()}
        missing = [name for name in named.values() if name and name.lower() not in self.at]
        if missing:
            found = ", ".join(head[:60] for head in self.columns[:30])
            raise InvalidFile(f"The file has no column “{missing[0][:60]}”; it has: {found}.")
        if not self._names["date"] or not (self._names["title"] or self._names["show"]):
            raise InvalidFile("Name the column of the date, and that of the title or of the show.")

    def uses(self) -> frozenset[str]:
        """The columns that somebody named."""
        return frozenset(self._names.values())

    def date_text(self, cells: Cells) -> str:
        """The date of a row as it is written."""
        return cells.get(self._names["date"])

    def event(self, cells: Cells, when: When | None) -> Event:
        """A title, or what single columns tell of it."""

        def told(field: str) -> str:
            return cells.get(self._names[field]) if self._names[field] else ""

        title = told("show") or told("title")
        season, number = _number(told("season"), "a season"), _number(told("number"), "an episode")
        words = told("episode_title")
        if not words and told("show") and self._names["title"] and told("title") != title:
            words = told("title")
        if not title:
            return BadRow(cells.line, "It has no title")
        if when is None:
            return no_date(cells)
        imdb_id = told("imdb_id")
        return HistoryRow(
            cells.line,
            title,
            when.day,
            watched_at=when.instant,
            kind=RowKind.EPISODE if words or number is not None else RowKind.UNKNOWN,
            season=season,
            number=number,
            episode_title=words,
            year=whole(told("year")[:4], "a year") or 0,
            tmdb_id=an_id(told("tmdb_id")),
            tvdb_id=an_id(told("tvdb_id")),
            imdb_id=imdb_id if _IMDB.fullmatch(imdb_id) else "",
        )


def _number(text: str, what: str) -> int | None:
    """`2`, `S02`, `Season 2`. Raises BadCell."""
    if not text:
        return None
    if (match := _NUMBER.fullmatch(text)) is None:
        raise BadCell(f"“{text[:40]}” is no number of {what}")
    return int(match[1])
