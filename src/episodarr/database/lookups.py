"""What metadata services answered, kept for all workers, and the log of what was looked up."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from episodarr.database.engine import Database
from episodarr.database.schema_histories import lookup_log, lookups
from episodarr.histories.asking import Entry, Kept, Kind, Outcome, Question, Rates

_a, _l = lookups.c, lookup_log.c
_MOST_LOGGED = 50_000


class StoredLookups:
    """LookupStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def kept(self, question: Question) -> Kept | None:
        """See LookupStore."""
        asked = select(_a.answer, _a.found, _a.answered_at).where(_a.key == question.key)
        with self._database.reading() as db:
            row = db.execute(asked).first()
        if row is None or row.answer is None:
            return None
        return Kept(row.answer.encode(), row.found, row.answered_at)

    def claim(self, question: Question, worker: str, now: datetime, until: datetime) -> bool:
        """See LookupStore."""
        own = _a.key == question.key
        with self._database.writing() as db:
            held = db.execute(select(_a.asked_by, _a.asking_until).where(own)).first()
            claimed = {"asked_by": worker, "asking_until": until}
            if held is None:
                row = {"key": question.key, "service": question.service, "kind": question.kind.value}
                db.execute(insert(lookups).values(row | claimed | {"term": question.term[:500], "found": False}))
                return True
            others = held.asked_by not in {"", worker} and held.asking_until is not None
            # A claim that ends later than any that is made now is of a clock that was put back.
            if others and now < held.asking_until <= until:
                return False
            db.execute(update(lookups).where(own).values(claimed))
            return True

    def release(self, question: Question, worker: str) -> None:
        """See LookupStore."""
        self._release((_a.key == question.key) & (_a.asked_by == worker))

    def release_others(self, worker: str) -> None:
        """See LookupStore."""
        self._release(_a.asked_by.not_in(["", worker]))

    def _release(self, which: ColumnElement[bool]) -> None:
        with self._database.writing() as db:
            db.execute(delete(lookups).where(which, _a.answer.is_(None)))
            db.execute(update(lookups).where(which).values(asked_by="", asking_until=None))

    def keep(self, question: Question, kept: Kept) -> None:
        """See LookupStore."""
        row = {"answer": kept.answer.decode(), "found": kept.found, "answered_at": kept.at}
        row |= {"asked_by": "", "asking_until": None}
        with self._database.writing() as db:
            if db.execute(update(lookups).where(_a.key == question.key).values(row)).rowcount == 0:
                named = {"key": question.key, "service": question.service, "kind": question.kind.value}
                db.execute(insert(lookups).values(row | named | {"term": question.term[:500]}))

    def note(self, entry: Entry) -> None:
        """See LookupStore."""
        row = {"at": entry.at, "service": entry.service, "kind": entry.kind.value, "term": entry.term}
        row |= {"outcome": entry.outcome.value, "milliseconds": entry.milliseconds, "problem": entry.problem}
        with self._database.writing() as db:
            key = db.execute(insert(lookup_log).values(row)).inserted_primary_key
            assert key is not None  # noqa: S101  # a table with a key gives one
            if key[0] % 100 == 0:
                db.execute(delete(lookup_log).where(_l.id <= key[0] - _MOST_LOGGED))

    def latest(self, limit: int) -> list[Entry]:
        """See LookupStore."""
        with self._database.reading() as db:
            rows = db.execute(select(lookup_log).order_by(_l.id.desc()).limit(limit)).all()
        return [
            Entry(row.at, row.service, Kind(row.kind), row.term, Outcome(row.outcome), row.milliseconds, row.problem)
            for row in rows
        ]

    def rates(self, since: datetime) -> list[Rates]:
        """See LookupStore."""
        summed = (
            select(_l.service, _l.outcome, func.count(), func.sum(_l.milliseconds))
            .where(_l.at >= since)
            .group_by(_l.service, _l.outcome)
        )
        counts: dict[str, dict[str, int]] = {}
        took: dict[str, int] = {}
        with self._database.reading() as db:
            for service, outcome, count, milliseconds in db.execute(summed):
                counts.setdefault(service, {})[outcome] = int(count)
                if outcome in {Outcome.FOUND, Outcome.NONE}:
                    took[service] = took.get(service, 0) + int(milliseconds)
        return [_rates(service, counts[service], took.get(service, 0)) for service in sorted(counts)]

    def tidy(self, answers_before: datetime, log_before: datetime) -> int:
        """See LookupStore."""
        with self._database.writing() as db:
            answers = db.execute(delete(lookups).where(_a.answered_at < answers_before)).rowcount
            entries = db.execute(delete(lookup_log).where(_l.at < log_before)).rowcount
            return int(answers + entries)


def _rates(service: str, counts: dict[str, int], milliseconds: int) -> Rates:
    answered = counts.get(Outcome.FOUND, 0) + counts.get(Outcome.NONE, 0)
    return Rates(
        service,
        found=counts.get(Outcome.FOUND, 0),
        none=counts.get(Outcome.NONE, 0),
        failed=counts.get(Outcome.FAILED, 0),
        cached=counts.get(Outcome.CACHED, 0),
        milliseconds=round(milliseconds / answered) if answered else 0,
    )
