"""A viewing history as a file tells it, row by row, before anything is known of its titles."""

from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum

import msgspec

from episodarr.histories.dates import DateForm


class Format(StrEnum):
    """The kinds of files that are understood."""

    NETFLIX_SIMPLE = "netflix_simple"
    NETFLIX_FULL = "netflix_full"
    TRAKT = "trakt"
    TV_TIME = "tv_time"
    YAMTRACK = "yamtrack"
    SIMKL = "simkl"
    GENERIC_CSV = "generic_csv"
    """Any table whose columns somebody named."""


class RowKind(StrEnum):
    """What a row is about, as far as the file itself tells it."""

    UNKNOWN = "unknown"
    """A title alone: a show or a film."""
    EPISODE = "episode"
    FILM = "film"


class HistoryRow(msgspec.Struct, frozen=True, gc=False):
    """One time that somebody watched one thing."""

    line: int
    """Line (or entry) of the file, from 1, its head counted."""
    title: str
    """As in the file; of a structured one the show's."""
    watched_on: date
    watched_at: datetime | None = None
    """Aware; None: the file tells the day only."""
    kind: RowKind = RowKind.UNKNOWN
    season: int | None = None
    number: int | None = None
    episode_title: str = ""
    year: int = 0
    tmdb_id: int = 0
    """Of the show."""
    tvdb_id: int = 0
    imdb_id: str = ""
    plays: int = 1
    seconds: int | None = None
    """Watched; None: not told."""
    member: str = ""
    """The file within an archive."""

    @property
    def is_plain(self) -> bool:
        """Whether a title is all that it tells of what was watched."""
        return (
            self.season is None
            and self.number is None
            and not (self.episode_title or self.year or self.tmdb_id or self.tvdb_id or self.imdb_id)
            and self.kind is RowKind.UNKNOWN
        )

    @property
    def is_bare(self) -> bool:
        """Whether it tells a title and a day, and nothing else."""
        return (
            self.is_plain and self.plays == 1 and self.watched_at is None and self.seconds is None and not self.member
        )


class BadRow(msgspec.Struct, frozen=True, gc=False):
    """A row that could not be understood; the others are."""

    line: int
    problem: str
    """What is wrong, and what would be right."""
    member: str = ""


class Skipped(msgspec.Struct, frozen=True, gc=False):
    """A row that is no view, such as a trailer or what a player began by itself."""

    line: int
    why: str
    member: str = ""


Event = HistoryRow | BadRow | Skipped


class InvalidFile(ValueError):
    """A file of which nothing can be imported; the text says what it is and what is wanted."""


class UnknownColumns(InvalidFile):
    """A table whose head is none of those that are known: somebody may name its columns."""

    def __init__(self, text: str, columns: tuple[str, ...]) -> None:
        super().__init__(text)
        self.columns = columns


class Columns(msgspec.Struct, frozen=True):
    """The heads of the columns of any table; empty: it has no such column."""

    date: str
    title: str = ""
    """A whole title, such as `Show: Season 1: Episode`; of structured tables `show` is enough."""
    show: str = ""
    season: str = ""
    number: str = ""
    episode_title: str = ""
    year: str = ""
    tmdb_id: str = ""
    tvdb_id: str = ""
    imdb_id: str = ""


class Profile(msgspec.Struct, frozen=True):
    """A profile that a file has rows of."""

    name: str
    rows: int


class ReadOptions(msgspec.Struct, frozen=True):
    """How to read a file, and what the person already chose."""

    today: date
    """Nothing was watched after it."""
    zone: tzinfo = UTC
    """In which an instant becomes a day."""
    profile: str | None = None
    """Of a file of many profiles; None: not chosen."""
    date_form: DateForm | None = None
    """None: what the file's own evidence says."""
    columns: Columns | None = None
    """Of a table of no known kind."""
