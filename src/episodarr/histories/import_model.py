"""Imports of viewing histories: what was chosen, what became of the rows, and what people are told of it."""

from collections.abc import Hashable, Mapping
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from episodarr.histories.dates import DateForm
from episodarr.histories.metadata import ShowRef
from episodarr.histories.model import Columns, HistoryRow, Profile, ReadOptions

MOST_BAD = 200
"""Bad rows of which the line and the problem are kept; the others are counted."""
MOST_REASONS = 50
LARGEST_NUMBER = 100_000
"""Of seasons, episodes and plays: what is larger is no number of one."""
LIBRARY = "library"
"""The source of a show that only a Sonarr told of."""


class Status(StrEnum):
    """How far an import is."""

    UPLOADED = "uploaded"
    """Its file was looked at; nothing is imported yet."""
    READING = "reading"
    """Its rows are being stored."""
    MATCHING = "matching"
    """What its rows mean is being found out."""
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDONE = "undone"


RUNNING = frozenset({Status.READING, Status.MATCHING})


class Outcome(StrEnum):
    """What became of a row."""

    READ = "read"
    """Nobody has looked at it yet."""
    FILM = "film"
    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    UNMATCHED = "unmatched"
    WAITING = "waiting"
    """No metadata service could be asked: it is completed later."""
    ALREADY_KNOWN = "already_known"
    """The same was known to be seen on the same day."""
    IGNORED = "ignored"
    """Somebody said that it does not count."""


OPEN = (Outcome.AMBIGUOUS, Outcome.UNMATCHED)
"""What waits for a person."""


class Choices(msgspec.Struct, frozen=True):
    """What a person chose for a file."""

    profile: str | None = None
    date_form: DateForm | None = None
    columns: Columns | None = None
    zone: str = ""
    """IANA name, such as `Europe/Berlin`: where an instant becomes a day; empty: UTC."""
    language: str = ""
    """In which titles are looked up, such as `de-DE`; empty: what the words of the file say."""

    def options(self, today: date) -> ReadOptions:
        """The same for `open_history`. Raises ValueError when there is no such zone."""
        return ReadOptions(today, _zone(self.zone), self.profile, self.date_form, self.columns)


def _zone(name: str) -> tzinfo:
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise ValueError(f"zone: there is no time zone “{name[:60]}”; write it as Europe/Berlin") from problem


class Learned(msgspec.Struct, frozen=True):
    """What a look at the whole file told of each of its rows."""

    date_form: DateForm | None = None
    """None: it is open."""
    company: frozenset[str] = frozenset()
    """See `titles.Company`."""
    language: str = ""


class BadLine(msgspec.Struct, frozen=True):
    """A row that could not be understood."""

    line: int
    problem: str
    member: str = ""


class Import(msgspec.Struct, frozen=True):
    """An import as it is stored."""

    id: int
    user_id: int
    name: str
    size: int
    """Bytes."""
    format: str
    status: Status
    message: str
    rows: int
    """Of the file, bad ones counted."""
    position: int
    """Events of the file that are stored: rows, bad ones and skipped ones."""
    made_by: str
    made_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undone_at: datetime | None
    choices: Choices
    today: date
    counts: Mapping[str, int]
    """Outcome -> rows, and `matched/<way>` -> rows."""
    bad: tuple[BadLine, ...] = ()
    bad_count: int = 0
    skipped: Mapping[str, int] = {}
    user: str = ""
    date_form: DateForm | None = None
    """Of its dates; None: it is open."""
    language: str = ""
    """Of its titles, such as `de-DE`; empty: English, or nobody can tell."""

    @property
    def stored(self) -> int:
        """Rows that are stored."""
        return sum(rows for name, rows in self.counts.items() if "/" not in name)

    @property
    def settled(self) -> int:
        """Rows of which it is known what they mean."""
        return self.stored - self.counts.get(Outcome.READ.value, 0)

    @property
    def progress(self) -> float:
        """0 to 1, see `progress_of`."""
        if self.status is Status.DONE:
            return 1.0
        return progress_of(self.position, self.settled, self.rows) if self.status in RUNNING else 0.0


def progress_of(position: int, settled: int, rows: int) -> float:
    """0 to 1: reading is the first fifth, finding out what the rows mean the rest."""
    return min((0.2 * position + 0.8 * settled) / rows, 1.0) if rows else 0.0


class SampleRow(msgspec.Struct, frozen=True):
    """One of the first rows of a file, and how its title is understood."""

    line: int
    title: str
    watched_on: date | None = None
    """None: the form of the dates is not decided."""
    reading: str = ""
    """In words, such as `Dark · Season 1 · Secrets`."""
    problem: str = ""
    """Why it cannot be read, or is left out."""


class Preview(msgspec.Struct, frozen=True):
    """What was understood of a file, before anything is imported."""

    import_id: int
    name: str
    format: str
    rows: int
    columns: tuple[str, ...] = ()
    profiles: tuple[Profile, ...] = ()
    date_form: str = ""
    """The form of the dates in words; empty: open."""
    date_forms: tuple["FormChoice", ...] = ()
    """Between which somebody has to choose, the likeliest first; of a decided form the one."""
    evidence: tuple[str, ...] = ()
    """Sentences: how encoding, columns and dates were understood."""
    members: tuple[str, ...] = ()
    sample: tuple[SampleRow, ...] = ()
    questions: tuple[str, ...] = ()
    """What has to be chosen before it can start; empty: nothing."""
    needs_columns: bool = False
    """Nobody knows what its columns are: they have to be named."""
    choices: Choices = Choices()
    matches_earlier: int = 0
    """An import of this user whose file had the same name and size; 0: none."""


class FormChoice(msgspec.Struct, frozen=True):
    """One way to read the dates of a file."""

    form: DateForm
    words: str
    example: str
    """As it stands in the file."""
    example_day: date
    first: date
    last: date


class Suggestion(msgspec.Struct, frozen=True):
    """What a row may mean."""

    show: ShowRef
    title: str
    season: int | None = None
    number: int | None = None
    why: str = ""
    year: int = 0
    """Of the show; 0: not told. With the countries it tells shows of one name apart."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1, such as `US`."""


Saying = Hashable
"""What a row tells of what was watched: rows that say the same mean the same."""


class StoredRow(msgspec.Struct, frozen=True, gc=False):
    """A row of a file that waits for being recognised."""

    id: int
    name: str
    row: HistoryRow
    said: Saying
    """See `recalled.saying`."""


class Settled(msgspec.Struct, frozen=True, gc=False):
    """What a row means. Its show is numbered as the library does where it lists the episode."""

    row_id: int
    outcome: Outcome
    way: str = ""
    confidence: float | None = None
    why: str = ""
    show_id: int | None = None
    """Of the known show."""
    season: int | None = None
    number: int | None = None
    episode_id: int | None = None
    suggestions: tuple[Suggestion, ...] = ()


class RowView(msgspec.Struct, frozen=True):
    """A row for people."""

    id: int
    line: int
    title: str
    name: str
    watched_on: date
    outcome: Outcome
    way: str
    confidence: float | None
    why: str
    show: str
    """Title of the show; empty: none."""
    season: int | None
    number: int | None
    episode_id: int | None
    suggestions: tuple[Suggestion, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """What became of an import."""

    import_id: int
    status: Status
    progress: float
    rows: int
    films: int = 0
    episodes: int = 0
    ways: Mapping[str, int] = {}
    """Of the matched ones: ids, exact, alternative, fuzzy, numbers or mapping -> rows."""
    ambiguous: int = 0
    unmatched: int = 0
    waiting: int = 0
    already_known: int = 0
    ignored: int = 0
    unread: int = 0
    """Rows that nobody has looked at yet."""
    bad: tuple[BadLine, ...] = ()
    bad_count: int = 0
    skipped: Mapping[str, int] = {}
    message: str = ""


def report_of(one: Import) -> Report:
    """The report of an import."""
    count = {name: rows for name, rows in one.counts.items() if rows}
    return Report(
        one.id,
        one.status,
        one.progress,
        one.rows,
        films=count.get(Outcome.FILM.value, 0),
        episodes=count.get(Outcome.MATCHED.value, 0),
        ways={name.partition("/")[2]: rows for name, rows in sorted(count.items()) if "/" in name},
        ambiguous=count.get(Outcome.AMBIGUOUS.value, 0),
        unmatched=count.get(Outcome.UNMATCHED.value, 0),
        waiting=count.get(Outcome.WAITING.value, 0),
        already_known=count.get(Outcome.ALREADY_KNOWN.value, 0),
        ignored=count.get(Outcome.IGNORED.value, 0),
        unread=count.get(Outcome.READ.value, 0),
        bad=one.bad,
        bad_count=one.bad_count,
        skipped=one.skipped,
        message=one.message,
    )


class Choice(StrEnum):
    """What a title is said to be."""

    SHOW = "show"
    FILM = "film"
    IGNORE = "ignore"


class TitleMapping(msgspec.Struct, frozen=True):
    """What somebody said of a title; `user_id` None: for all users."""

    id: int
    user_id: int | None
    name: str
    choice: Choice
    show: ShowRef | None
    show_title: str
    season_offset: int
    made_by: str
    made_at: datetime
    whole_title: bool = False
    """Whether `name` is all that a row tells (see `chosen.whole_title`), not only its show's cleaned name."""
    season: int | None = None
    """Of a whole title that is an episode, as the library numbers it where it lists the show."""
    number: int | None = None

    @property
    def named_show(self) -> ShowRef | None:
        """The show that it is; None: it is a film, or does not count."""
        return self.show if self.choice is Choice.SHOW else None


class MappingWire(msgspec.Struct, frozen=True, omit_defaults=True):
    """A mapping as it is exported and imported. Its show may also be one of `tvdb`, as all libraries know it."""

    name: str
    choice: Choice
    show: ShowRef | None = None
    season_offset: int = 0
    for_all: bool = False
    whole_title: bool = False
    season: int | None = None
    number: int | None = None


class ReviewGroup(msgspec.Struct, frozen=True):
    """Rows of one title that wait for a person."""

    name: str
    title: str
    """As it stands in one of its rows."""
    rows: int
    ambiguous: int
    unmatched: int
    why: str
    suggestions: tuple[Suggestion, ...] = ()
    films: int = 0
    """Of those that were taken for films."""


class ReviewTitle(msgspec.Struct, frozen=True):
    """Rows that tell the very same, of which somebody may say what they are."""

    title: str
    """All that they tell, see `chosen.whole_title`."""
    rows: int
    first_on: date
    last_on: date
    outcome: Outcome
    why: str
    suggestions: tuple[Suggestion, ...] = ()
