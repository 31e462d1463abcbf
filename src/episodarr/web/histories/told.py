"""What is said of imports, rows and lookups. Pure."""

from dataclasses import dataclass
from datetime import datetime

from episodarr.histories.import_model import RUNNING, Import, Outcome, Preview, Report, Status
from episodarr.histories.totals import ShowTotals
from episodarr.web.histories.acting import done_rows

FORMATS = {
    "netflix_simple": "Netflix, simple list",
    "netflix_full": "Netflix, full export",
    "trakt": "Trakt",
    "tv_time": "TV Time",
    "yamtrack": "Yamtrack",
    "simkl": "Simkl",
    "generic_csv": "A table with named columns",
    "": "A table of no known kind",
}
STATUSES = {
    Status.UPLOADED: ("proposed", "Not started"),
    Status.READING: ("running", "Reading"),
    Status.MATCHING: ("running", "Recognising"),
    Status.DONE: ("done", "Imported"),
    Status.CANCELLED: ("cancelled", "Cancelled"),
    Status.FAILED: ("failed", "Failed"),
    Status.UNDONE: ("skipped", "Taken back"),
}
"""The mark and the word of each."""
OUTCOMES = {
    Outcome.MATCHED: ("done", "Episodes"),
    Outcome.FILM: ("done", "Films"),
    Outcome.ALREADY_KNOWN: ("stayed", "Known before"),
    Outcome.AMBIGUOUS: ("unknown", "Several are possible"),
    Outcome.UNMATCHED: ("failed", "Not found"),
    Outcome.WAITING: ("waiting", "Waiting"),
    Outcome.IGNORED: ("skipped", "Left out by you"),
    Outcome.READ: ("waiting", "Not looked at yet"),
}
ONE_WORD = {Outcome.MATCHED: "Episode", Outcome.FILM: "Film"}
"""Of a single row."""
OUTCOME_NOTES = {
    Outcome.MATCHED: "Their show, season and episode are known",
    Outcome.FILM: "They name neither a season nor an episode",
    Outcome.ALREADY_KNOWN: "The same was known to be seen on the same day",
    Outcome.AMBIGUOUS: "Say which show it is",
    Outcome.UNMATCHED: "Say which show it is, or leave it out",
    Outcome.WAITING: "They are completed by themselves as soon as a metadata service answers",
    Outcome.IGNORED: "You said that it does not count",
    Outcome.READ: "",
}
WAYS = {
    "ids": "by an id in the file",
    "exact": "by the same name and title",
    "alternative": "by another name of the show",
    "fuzzy": "by a name or title that is not quite the same",
    "numbers": "by season and episode number",
    "mapping": "as somebody said before",
}


@dataclass(frozen=True, slots=True)
class Course:
    """How far a running import is."""

    done: int
    total: int
    words: str
    """What is being done."""
    speed: int | None
    """Rows a second; None: nothing to tell yet."""
    left: float | None
    """Seconds, if it goes on like that."""


def course_of(one: Import, now: datetime) -> Course | None:
    """None: it does not run."""
    if one.status not in RUNNING:
        return None
    done = done_rows(one)
    reading = one.status is Status.READING
    total = one.rows if reading else one.stored
    seconds = (now - one.started_at).total_seconds() if one.started_at is not None else 0.0
    speed = done / seconds if done and seconds >= 1 else None
    left = None if reading or not speed else (total - done) / speed
    words = "Its rows are being read" if reading else "What its rows mean is being found out"
    if reading and not done:
        words = "It begins as soon as no other import runs"
    return Course(done, total, words, round(speed) if speed else None, left)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report."""

    outcome: Outcome
    mark: str
    word: str
    rows: int
    note: str


def lines_of(report: Report) -> list[Line]:
    """What became of the rows, as far as there are any."""
    rows = {
        Outcome.MATCHED: report.episodes,
        Outcome.FILM: report.films,
        Outcome.ALREADY_KNOWN: report.already_known,
        Outcome.AMBIGUOUS: report.ambiguous,
        Outcome.UNMATCHED: report.unmatched,
        Outcome.WAITING: report.waiting,
        Outcome.IGNORED: report.ignored,
        Outcome.READ: report.unread,
    }
    return [Line(one, *OUTCOMES[one], number, OUTCOME_NOTES[one]) for one, number in rows.items() if number]


def rows_to_import(preview: Preview) -> int:
    """Rows that starting it would import: those of the chosen profile."""
    chosen = next((one.rows for one in preview.profiles if one.name == preview.choices.profile), None)
    return preview.rows if chosen is None else chosen


def totals_words(of: ShowTotals) -> str:
    """What the numbers of a show mean."""
    if of.total_episodes is not None and of.watched_episodes <= of.total_episodes:
        text = f"You saw {of.watched_episodes:,} of the {of.total_episodes:,} episodes that have aired"
    else:
        text = f"You saw {of.watched_episodes:,} {'episode' if of.watched_episodes == 1 else 'episodes'}"
        text += "; how many there are is not known" if of.total_episodes is None else ""
    text += f", as {of.source} counts" if of.source and of.total_episodes is not None else ""
    return f"{text}. {_not_counted(of)}{f'. {of.note}' if of.note else ''}."


def _not_counted(of: ShowTotals) -> str:
    if of.total_specials is None:
        return "Specials and what has not aired do not count"
    if not of.total_specials:
        return "What has not aired does not count"
    one = of.total_specials == 1
    specials = "special" if one else f"{of.total_specials:,} specials"
    seen = f"which you {'saw' if of.watched_specials else 'did not see'}" if one else f"of which you saw {_some(of)}"
    return f"Its {specials}, {seen}, and what has not aired do not count"


def _some(of: ShowTotals) -> str:
    seen, there = of.watched_specials, of.total_specials
    return "none" if not seen else "all" if seen == there else f"{seen:,}"
