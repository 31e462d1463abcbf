"""JSON of trackers: Trakt's watched shows, films and single plays, and Simkl's backup.

A document is taken apart entry by entry, so that a broken one costs itself only, and millions of small objects are
never there at once.
"""

import codecs
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from episodarr.histories.dates import DateForm
from episodarr.histories.formats.table import LARGEST_ID, BadCell, When, when_of
from episodarr.histories.model import BadRow, Event, Format, HistoryRow, InvalidFile, ReadOptions, RowKind, Skipped
from episodarr.histories.read_text import WANTED

LARGEST = 64 << 20
"""Bytes of one document."""

_Id = int | str | None
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Ids(msgspec.Struct):
    tmdb: _Id = None
    tvdb: _Id = None
    imdb: str | None = None


class _Work(msgspec.Struct):
    title: str | None = None
    year: int | None = None
    ids: _Ids | None = None


class _Episode(msgspec.Struct):
    number: int | None = None
    season: int | None = None
    title: str | None = None
    plays: int | None = None
    watched_at: str | None = None
    last_watched_at: str | None = None


class _Season(msgspec.Struct):
    number: int | None = None
    episodes: list[_Episode] | None = None


class _Entry(msgspec.Struct):
    """One of Trakt or of Simkl: all that either has, where both mean the same by a name."""

    show: _Work | None = None
    movie: _Work | None = None
    episode: _Episode | None = None
    seasons: list[_Season] | None = None
    plays: int | None = None
    watched_at: str | None = None
    last_watched_at: str | None = None
    watched_episodes_count: int | None = None
    rated_at: str | None = None
    listed_at: str | None = None


class _Simkl(msgspec.Struct):
    shows: list[msgspec.Raw] | None = None
    anime: list[msgspec.Raw] | None = None
    movies: list[msgspec.Raw] | None = None


_entries = msgspec.json.Decoder(_Entry)
_lists = msgspec.json.Decoder(list[msgspec.Raw])
_simkl = msgspec.json.Decoder(_Simkl)
_objects = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Document(NamedTuple):
    """A document, its entries not yet looked into."""

    format: Format
    entries: list[msgspec.Raw]
    single_plays: bool
    """Whether each entry is one play; otherwise plays are summed by episode, with the time of the last one."""

    def events(self, options: ReadOptions) -> Iterator[Event]:
        """What the entries tell; each is a line."""
        for line, raw in enumerate(self.entries, start=1):
            try:
                entry = _entries.decode(raw)
            except _BROKEN as problem:
                yield BadRow(line, f"The entry is not as {self.format} writes it: {str(problem)[:200]}")
                continue
            yield from _of_entry(line, entry, options)


def open_document(body: bytes) -> Document:
    """The entries of a document. Raises InvalidFile."""
    if len(body) > LARGEST:
        raise InvalidFile(f"The JSON file has more than {LARGEST >> 20} MB.")
    try:
        if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            body = body.decode("utf-16").encode()
        body = body.removeprefix(codecs.BOM_UTF8).strip()
        document = _trakt(_lists.decode(body)) if body.startswith(b"[") else _of_simkl(body)
    except _BROKEN as problem:
        raise InvalidFile(f"The JSON cannot be read: {str(problem)[:200]}. {WANTED}.") from problem
    if not document.entries:
        raise InvalidFile("The file has no entries.")
    return document


def _trakt(entries: list[msgspec.Raw]) -> Document:
    single = False
    for raw in entries[:1]:
        first = _entries.decode(raw)
        if first.rated_at is not None or first.listed_at is not None:
            kind = "ratings" if first.rated_at is not None else "a list"
            raise InvalidFile(
                f"The file holds {kind}, no views. Wanted of Trakt's export is watched-history or -shows."
            )
        single = first.watched_at is not None
        if first.show is None and first.movie is None:
            raise InvalidFile(f"The entries of this JSON have neither a show nor a movie. {WANTED}.")
    return Document(Format.TRAKT, entries, single)


def _of_simkl(body: bytes) -> Document:
    keys = _objects.decode(body).keys()
    if not keys & {"shows", "anime", "movies"}:
        found = ", ".join(key[:40] for key in list(keys)[:10]) or "nothing"
        raise InvalidFile(f"The JSON has {found}; of Simkl's backup shows, anime and movies are wanted. {WANTED}.")
    lists = _simkl.decode(body)
    return Document(Format.SIMKL, [*(lists.shows or []), *(lists.anime or []), *(lists.movies or [])], False)


def _of_entry(line: int, entry: _Entry, options: ReadOptions) -> Iterator[Event]:
    work = entry.show or entry.movie
    if work is None or not work.title:
        yield BadRow(line, "The entry names no show and no film")
    elif entry.show is None:
        text = entry.watched_at or entry.last_watched_at
        if not text:
            yield Skipped(line, f"not watched, or nobody noted when: {work.title}")
            return
        try:
            yield _row(line, work, when_of(text, DateForm.YEAR_FIRST, options), RowKind.FILM, plays=entry.plays)
        except BadCell as problem:
            yield BadRow(line, str(problem))
    elif entry.episode is not None:
        yield _play(line, work, entry.episode.season, entry.episode, entry.watched_at, options)
    elif any(season.episodes for season in entry.seasons or []):
        for season in entry.seasons or []:
            for episode in season.episodes or []:
                yield _play(line, work, season.number, episode, episode.watched_at or episode.last_watched_at, options)
    else:
        count = entry.watched_episodes_count
        told = f"that {count} episodes were watched, not which" if count else "no episode that was watched"
        yield Skipped(line, f"it tells {told}: {work.title}")


def _play(
    line: int, show: _Work, season: int | None, episode: _Episode, text: str | None, options: ReadOptions
) -> Event:
    if season is None or episode.number is None or not (0 <= season <= 9999 and 0 <= episode.number <= 99_999):
        return BadRow(line, f"Season or episode of “{show.title}” is missing")
    if not text:
        return Skipped(line, f"nobody noted when season {season}, episode {episode.number} of {show.title} was watched")
    try:
        when = when_of(text, DateForm.YEAR_FIRST, options)
    except BadCell as problem:
        return BadRow(line, f"{problem} (season {season}, episode {episode.number} of {show.title})")
    return _row(line, show, when, RowKind.EPISODE, season, episode.number, episode.title or "", episode.plays)


def _row(
    line: int,
    work: _Work,
    when: When,
    kind: RowKind,
    season: int | None = None,
    number: int | None = None,
    episode_title: str = "",
    plays: int | None = None,
) -> HistoryRow:
    ids = work.ids or _Ids()
    film = kind is RowKind.FILM
    return HistoryRow(
        line,
        work.title or "",
        when.day,
        watched_at=when.instant,
        kind=kind,
        season=season,
        number=number,
        episode_title=episode_title,
        year=work.year if work.year and 1800 < work.year < 2200 else 0,
        tmdb_id=0 if film else _id(ids.tmdb),
        tvdb_id=0 if film else _id(ids.tvdb),
        imdb_id="" if film else ids.imdb or "",
        plays=min(max(plays or 1, 1), 1000),
    )


def _id(value: _Id) -> int:
    """Simkl writes ids as texts; 0 for what is none."""
    text = str(value or 0)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= LARGEST_ID else 0
