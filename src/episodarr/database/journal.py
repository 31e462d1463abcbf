"""The journal of deleting in the database: plans, their steps, the log, and who may delete now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, literal, or_, select, tuple_, update

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.list_cursor import cursor_of, opened
from episodarr.database.schema import Instant, instant, micros
from episodarr.database.schema_journal import (
    deletion_lease,
    deletion_log,
    deletion_plans,
    deletion_settings,
    deletion_steps,
)
from episodarr.deletion.journal import (
    ENDED,
    OPEN,
    Caps,
    LeaseLost,
    LogPage,
    LogQuestion,
    LogRow,
    Pause,
    PlanBrief,
    PlanRow,
    PlanStatus,
    Spent,
    StepRow,
    StepState,
)
from episodarr.deletion.plan import Deed, Plan, steps_of

T = TypeVar("T")

_bodies = msgspec.json.Decoder(Plan)
_bodies_of = msgspec.json.Encoder(order="deterministic")
_MOST_OPEN = 200
_LONGEST_ANSWER = 1_000
_p, _s, _l = deletion_plans.c, deletion_steps.c, deletion_log.c
_OPEN = sorted(status.value for status in OPEN)
_FAILED = (StepState.FAILED.value, StepState.UNKNOWN.value)
_OVER = or_(
    _s.state.in_(sorted(state.value for state in ENDED)),
    and_(_s.state == StepState.UNKNOWN.value, _s.next_at.is_(None)),
)


class StoredJournal:
    """Journal on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ------------------------------------------------------------------ plans

    def add_plan(self, plan: Plan, digest: str, by: str, rule_id: int | None, rule: str) -> PlanRow:
        """See Journal."""
        row = {
            "title": plan.title,
            "body": _bodies_of.encode(plan).decode(),
            "digest": digest,
            "status": PlanStatus.PROPOSED.value,
            "made_by": by,
            "made_at": plan.made_at,
            "expires_at": plan.expires_at,
            "rule_id": rule_id,
            "rule": rule,
            "confirmed_by": "",
            "message": "",
            "files": len(plan.files),
            "episodes": plan.episode_count,
            "size": plan.size,
            "steps": len(steps_of(plan)),
        }
        with self._database.writing() as db:
            made = db.execute(insert(deletion_plans).values(row).returning(*deletion_plans.columns)).one()
        return _plan_row(made, ())

    def plan(self, plan_id: int) -> PlanRow | None:
        """See Journal."""
        with self._database.reading() as db:
            row = db.execute(select(deletion_plans).where(_p.id == plan_id)).first()
            if row is None:
                return None
            steps = db.execute(select(deletion_steps).where(_s.plan_id == plan_id).order_by(_s.number)).all()
        return _plan_row(row, tuple(map(_step_row, steps)))

    def status(self, plan_id: int) -> PlanStatus | None:
        """See Journal."""
        with self._database.reading() as db:
            found = db.execute(select(_p.status).where(_p.id == plan_id)).scalar()
        return None if found is None else PlanStatus(found)

    def plans(self, limit: int, cursor: str | None) -> tuple[list[PlanBrief], str | None]:
        """See Journal."""
        asked = select(
            *(_p[name] for name in _BRIEF),
            func.coalesce(select(func.sum(_s.size)).where(_s.plan_id == _p.id).scalar_subquery(), 0).label("deleted"),
            select(func.count()).where(_s.plan_id == _p.id, _OVER).scalar_subquery().label("steps_ended"),
            select(func.count())
            .where(_s.plan_id == _p.id, _OVER, _s.state.in_(_FAILED))
            .scalar_subquery()
            .label("steps_failed"),
        ).order_by(_p.id.desc())
        asked = asked.where(_p.status != PlanStatus.PROPOSED.value)
        if cursor is not None:
            asked = asked.where(_p.id < opened(cursor, (int,))[0])
        with self._database.reading() as db:
            rows = db.execute(asked.limit(limit + 1)).all()
        items = [_brief(row) for row in rows[:limit]]
        return items, cursor_of(items[-1].id) if len(rows) > limit else None

    def confirm(self, plan_id: int, by: str, now: datetime) -> bool:
        """See Journal."""
        changed = (
            update(deletion_plans)
            .where(_p.id == plan_id, _p.status == PlanStatus.PROPOSED.value)
            .values(status=PlanStatus.RUNNING.value, confirmed_by=by, confirmed_at=now, started_at=now)
        )
        with self._database.writing() as db:
            return db.execute(changed.returning(_p.id)).first() is not None

    def end(self, plan_id: int, status: PlanStatus, message: str, now: datetime) -> None:
        """See Journal. What somebody stopped stays so."""
        stoppable = [PlanStatus.PROPOSED.value, *_OPEN]
        changed = (
            update(deletion_plans)
            .where(_p.id == plan_id, _p.status.in_(stoppable))
            .values(status=status.value, message=message[:_LONGEST_ANSWER], ended_at=now, next_at=None)
        )
        with self._database.writing() as db:
            db.execute(changed)

    def wait(self, plan_id: int, message: str, until: datetime) -> None:
        """See Journal."""
        changed = (
            update(deletion_plans)
            .where(_p.id == plan_id, _p.status.in_(_OPEN))
            .values(status=PlanStatus.WAITING.value, message=message[:_LONGEST_ANSWER], next_at=until)
        )
        with self._database.writing() as db:
            db.execute(changed)

    def reopen(self, plan_id: int, now: datetime) -> bool:
        """See Journal. What was asked for and is not known stays so: it is looked at first."""
        changed = (
            update(deletion_plans)
            .where(_p.id == plan_id, _p.status == PlanStatus.PARTLY.value)
            .values(status=PlanStatus.RUNNING.value, message="", ended_at=None, next_at=None)
        )
        again = {"attempts": 0, "ended_at": None, "next_at": now}
        of_plan = _s.plan_id == plan_id
        with self._database.writing() as db:
            if db.execute(changed.returning(_p.id)).first() is None:
                return False
            waiting = [StepState.FAILED.value, StepState.SKIPPED.value]
            db.execute(
                update(deletion_steps)
                .where(of_plan, _s.state.in_(waiting))
                .values(state=StepState.WAITING.value, **again)
            )
            db.execute(update(deletion_steps).where(of_plan, _s.state == StepState.UNKNOWN.value).values(**again))
        return True

    def open_plans(self) -> list[int]:
        """See Journal."""
        asked = select(_p.id).where(_p.status.in_(_OPEN)).order_by(_p.confirmed_at, _p.id).limit(_MOST_OPEN)
        with self._database.reading() as db:
            return list(db.execute(asked).scalars())

    # ------------------------------------------------------------------ one deleter

    def take_lease(self, worker: str, now: datetime, until: datetime) -> bool:
        """See Journal."""
        lease = deletion_lease.c
        with self._database.writing() as db:
            held = db.execute(select(lease.worker, lease.until)).first()
            if held is None:
                db.execute(insert(deletion_lease).values(id=1, worker=worker, until=until))
                return True
            if held.worker != worker and held.until > now:
                return False
            db.execute(update(deletion_lease).values(worker=worker, until=until))
        return True

    def leased_to(self) -> str | None:
        """See Journal."""
        with self._database.reading() as db:
            found: str | None = db.execute(select(deletion_lease.c.worker)).scalar()
        return found

    def drop_lease(self, worker: str) -> None:
        """See Journal."""
        with self._database.writing() as db:
            db.execute(delete(deletion_lease).where(deletion_lease.c.worker == worker))

    # ------------------------------------------------------------------ steps

    def intend(self, worker: str, plan_id: int, step: int, now: datetime) -> StepRow:
        """See Journal."""
        of = (_s.plan_id == plan_id, _s.number == step)
        with self._database.writing() as db:
            _still(db, worker)
            held = db.execute(select(deletion_steps).where(*of)).first()
            before = StepRow(step) if held is None else _step_row(held)
            intended = {"state": StepState.INTENDED.value, "intended_at": now}
            if held is None:
                row = {"plan_id": plan_id, "number": step, "attempts": 0, "answer": "", "size": 0, **intended}
                db.execute(insert(deletion_steps).values(row))
            else:
                db.execute(update(deletion_steps).where(*of).values(**intended))
        return msgspec.structs.replace(before, intended_at=now)

    def result(self, worker: str, plan_id: int, row: StepRow, lines: Sequence[LogRow]) -> None:
        """See Journal."""
        values = {
            "state": row.state.value,
            "attempts": row.attempts,
            "next_at": row.next_at,
            "intended_at": row.intended_at,
            "ended_at": row.ended_at,
            "answer": row.answer[:_LONGEST_ANSWER],
            "size": row.size,
        }
        of = (_s.plan_id == plan_id, _s.number == row.number)
        with self._database.writing() as db:
            _still(db, worker)
            if db.execute(update(deletion_steps).where(*of).values(values).returning(_s.number)).first() is None:
                db.execute(insert(deletion_steps).values(values | {"plan_id": plan_id, "number": row.number}))
            db.execute(delete(deletion_log).where(_l.plan_id == plan_id, _l.step == row.number))
            _add(db, lines)

    def add_lines(self, lines: Sequence[LogRow]) -> None:
        """See Journal."""
        with self._database.writing() as db:
            _add(db, lines)

    # ------------------------------------------------------------------ log

    def log(self, asked: LogQuestion) -> LogPage:
        """See Journal."""
        where: list[ColumnElement[bool]] = []
        for column, value in (
            (_l.deed, asked.deed.value if asked.deed is not None else None),
            (_l.outcome, asked.outcome.value if asked.outcome is not None else None),
            (_l.system, asked.system or None),
            (_l.rule, asked.rule or None),
            (_l.plan_id, asked.plan_id),
            (_l.series_id, asked.series_id),
            (_l.episode_id, asked.episode_id),
            (_l.movie_id, asked.movie_id),
        ):
            if value is not None:
                where.append(column == value)
        if asked.search.strip():
            where.append(_l.folded_title.contains(asked.search.strip().casefold(), autoescape=True))
        if asked.cursor is not None:
            at, last = opened(asked.cursor, (int, int))
            where.append(tuple_(_l.at, _l.id) < tuple_(literal(instant(at), Instant()), literal(last)))
        wanted = select(deletion_log).where(*where).order_by(_l.at.desc(), _l.id.desc()).limit(asked.limit + 1)
        with self._database.reading() as db:
            rows = db.execute(wanted).all()
        items = [_log_row(row) for row in rows[: asked.limit]]
        more = len(rows) > asked.limit
        return LogPage(items, cursor_of(micros(items[-1].at), items[-1].id) if more else None)

    def spent_since(self, at: datetime) -> Spent:
        """See Journal."""
        deleted = (_l.deed == Deed.DELETE_FILE.value, _l.at >= at, _l.size > 0)
        asked = select(func.count(), func.coalesce(func.sum(_l.size), 0)).where(*deleted)
        with self._database.reading() as db:
            files, size = db.execute(asked).one()
        return Spent(int(files), int(size))

    def times_deleted(self, episodes: Sequence[int], since: datetime) -> dict[int, int]:
        """See Journal."""
        found: dict[int, int] = {}
        deleted = (_l.deed == Deed.DELETE_FILE.value, _l.outcome == StepState.VERIFIED.value, _l.at >= since)
        with self._database.reading() as db:
            for some in batches(list(episodes)):
                asked = select(_l.episode_id, func.count()).where(_l.episode_id.in_(some), *deleted)
                found |= {int(one): int(times) for one, times in db.execute(asked.group_by(_l.episode_id))}
        return found

    # ------------------------------------------------------------------ pause and caps

    def pause(self) -> Pause | None:
        """See Journal."""
        return self._setting("pause", Pause)

    def set_pause(self, pause: Pause | None) -> None:
        """See Journal."""
        self._set("pause", pause)

    def caps(self) -> Caps:
        """See Journal."""
        return self._setting("caps", Caps) or Caps()

    def set_caps(self, caps: Caps) -> None:
        """See Journal."""
        self._set("caps", caps)

    def _setting(self, name: str, kind: type[T]) -> T | None:
        held = deletion_settings.c
        with self._database.reading() as db:
            value = db.execute(select(held.value).where(held.name == name)).scalar()
        return None if value is None else msgspec.json.decode(value, type=kind)

    def _set(self, name: str, value: object | None) -> None:
        with self._database.writing() as db:
            db.execute(delete(deletion_settings).where(deletion_settings.c.name == name))
            if value is not None:
                row = {"name": name, "value": msgspec.json.encode(value).decode()}
                db.execute(insert(deletion_settings).values(row))


_BRIEF = (
    *("id", "title", "status", "made_by", "made_at", "rule", "confirmed_by", "ended_at", "message"),
    *("files", "episodes", "size", "steps"),
)


def _still(db: Connection, worker: str) -> None:
    """Whether the worker is still the one who deletes. Raises LeaseLost."""
    if db.execute(select(deletion_lease.c.worker)).scalar() != worker:
        raise LeaseLost(worker)


def _add(db: Connection, lines: Sequence[LogRow]) -> None:
    rows = []
    for one in lines:
        row = msgspec.structs.asdict(one)
        del row["id"]
        row |= {"outcome": one.outcome.value, "answer": one.answer[:_LONGEST_ANSWER]}
        rows.append(row | {"folded_title": one.title.casefold()})
    if rows:
        db.execute(insert(deletion_log), rows)


def _plan_row(row: Any, steps: tuple[StepRow, ...]) -> PlanRow:
    return PlanRow(
        id=row.id,
        plan=_bodies.decode(row.body),
        digest=row.digest,
        status=PlanStatus(row.status),
        made_by=row.made_by,
        rule_id=row.rule_id,
        rule=row.rule,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        next_at=row.next_at,
        message=row.message,
        steps=steps,
    )


def _step_row(row: Any) -> StepRow:
    return StepRow(
        number=row.number,
        state=StepState(row.state),
        attempts=row.attempts,
        next_at=row.next_at,
        intended_at=row.intended_at,
        ended_at=row.ended_at,
        answer=row.answer,
        size=row.size,
    )


def _brief(row: Any) -> PlanBrief:
    told = {name: getattr(row, name) for name in (*_BRIEF, "steps_ended", "steps_failed")}
    return PlanBrief(**told | {"status": PlanStatus(row.status), "deleted": int(row.deleted)})


def _log_row(row: Any) -> LogRow:
    told = {name: getattr(row, name) for name in LogRow.__struct_fields__}
    return LogRow(**told | {"outcome": StepState(row.outcome)})
