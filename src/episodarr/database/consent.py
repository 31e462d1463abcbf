"""Consent to what rules delete, and what they were seen to find."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.schema_consent import arming_events, leavings, rule_armings, rule_runs
from episodarr.deletion.arming import Arming, ArmingEvent, Change, RuleRun, RunKind

_a, _e, _r, _l = rule_armings.c, arming_events.c, rule_runs.c, leavings.c
_census = msgspec.json.Decoder(dict[str, int])
_MOST = 1_000


class StoredConsent:
    """ConsentStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def armings(self) -> dict[int, Arming]:
        """See ConsentStore."""
        with self._database.reading() as db:
            rows = db.execute(select(rule_armings).order_by(_a.rule_id).limit(_MOST))
            return {row.rule_id: _arming(row) for row in rows}

    def arm(self, arming: Arming, rule: str) -> None:
        """See ConsentStore."""
        row = {
            "rule_id": arming.rule_id,
            "armed_at": arming.at,
            "armed_by": arming.by,
            "leaving_days": arming.leaving_days,
            "body": arming.body,
            "surroundings": arming.surroundings,
            "revision": arming.revision,
        }
        why = f"what it finds leaves for {arming.leaving_days} days"
        with self._database.writing() as db:
            db.execute(delete(rule_armings).where(_a.rule_id == arming.rule_id))
            # What was announced under other terms is announced anew.
            db.execute(update(leavings).where(_l.rule_id == arming.rule_id).values(leaves_at=None))
            db.execute(insert(rule_armings).values(row))
            _note(db, ArmingEvent(arming.rule_id, rule, arming.at, Change.ARMED, arming.by, why))

    def disarm(self, event: ArmingEvent) -> bool:
        """See ConsentStore."""
        with self._database.writing() as db:
            armed = db.execute(delete(rule_armings).where(_a.rule_id == event.rule_id)).rowcount > 0
            if armed:
                db.execute(update(leavings).where(_l.rule_id == event.rule_id).values(leaves_at=None))
                _note(db, event)
        return armed

    def tried(self, rule_id: int, problem: str, now: datetime, plan_id: int | None) -> None:
        """See ConsentStore."""
        values: dict[str, Any] = {"problem": problem, "tried_at": now}
        if plan_id is not None:
            values["plan_id"] = plan_id
        with self._database.writing() as db:
            db.execute(update(rule_armings).where(_a.rule_id == rule_id).values(values))

    def events(self, rule_id: int, limit: int) -> list[ArmingEvent]:
        """See ConsentStore."""
        asked = select(arming_events).where(_e.rule_id == rule_id).order_by(_e.id.desc()).limit(limit)
        with self._database.reading() as db:
            return [_event(row) for row in db.execute(asked)]

    def lost(self, now: datetime) -> list[ArmingEvent]:
        """See ConsentStore."""
        latest = select(func.max(_e.id)).group_by(_e.rule_id).scalar_subquery()
        asked = select(arming_events).where(
            _e.id.in_(latest), _e.change == Change.ARMED.value, _e.rule_id.not_in(select(_a.rule_id))
        )
        with self._database.writing() as db:
            found = [_event(row) for row in db.execute(asked.limit(_MOST))]
            ended = [
                ArmingEvent(one.rule_id, one.rule, now, Change.DISARMED, "Episodarr", "the rule was forgotten")
                for one in found
            ]
            for one in ended:
                _note(db, one)
        return ended

    def add_run(self, rule_id: int, run: RuleRun, keep: int) -> None:
        """See ConsentStore."""
        row = {
            "rule_id": rule_id,
            "at": run.at,
            "kind": run.kind.value,
            "body": run.body,
            "why": run.why,
            "candidates": run.candidates,
            "size": run.size,
            "added": run.added,
            "gone": run.gone,
            "census": msgspec.json.encode(run.census or {}).decode(),
        }
        with self._database.writing() as db:
            db.execute(insert(rule_runs).values(row))
            # The last ones of both kinds stay, however many came after them: much rests on them.
            kept = select(_r.id).where(_r.rule_id == rule_id).order_by(_r.id.desc()).limit(keep)
            last = select(func.max(_r.id)).where(_r.rule_id == rule_id).group_by(_r.kind)
            gone = delete(rule_runs).where(_r.rule_id == rule_id, _r.id.not_in(kept), _r.id.not_in(last))
            db.execute(gone)

    def runs(self, rule_id: int, limit: int) -> list[RuleRun]:
        """See ConsentStore."""
        asked = select(rule_runs).where(_r.rule_id == rule_id).order_by(_r.id.desc()).limit(limit)
        with self._database.reading() as db:
            return [_run(row) for row in db.execute(asked)]

    def latest_run(self) -> int:
        """See ConsentStore."""
        with self._database.reading() as db:
            return _latest(db)

    def last_run(self, rule_id: int, kinds: Collection[RunKind], body: str | None = None) -> RuleRun | None:
        """See ConsentStore."""
        asked = select(rule_runs).where(_r.rule_id == rule_id, _r.kind.in_([one.value for one in kinds]))
        if body is not None:
            asked = asked.where(_r.body == body)
        with self._database.reading() as db:
            row = db.execute(asked.order_by(_r.id.desc()).limit(1)).first()
        return None if row is None else _run(row)

    def note(self, name: str) -> str:
        """See ConsentStore."""
        with self._database.reading() as db:
            return read_cursor(db, f"consent:{name}") or ""

    def write_note(self, name: str, value: str) -> None:
        """See ConsentStore."""
        with self._database.writing() as db:
            write_cursor(db, f"consent:{name}", value)


def _latest(db: Connection) -> int:
    return int(db.execute(select(func.max(_r.id))).scalar() or 0)


def _note(db: Connection, event: ArmingEvent) -> None:
    row = {"rule_id": event.rule_id, "rule": event.rule, "at": event.at, "change": event.change.value}
    row |= {"by": event.by, "why": event.why, "by_itself": event.by_itself, "after_run": _latest(db)}
    db.execute(insert(arming_events).values(row))


def _arming(row: Any) -> Arming:
    return Arming(
        row.rule_id,
        row.armed_at,
        row.armed_by,
        row.leaving_days,
        row.body,
        row.surroundings,
        row.revision,
        row.plan_id,
        row.problem,
        row.tried_at,
    )


def _event(row: Any) -> ArmingEvent:
    change = Change(row.change)
    return ArmingEvent(row.rule_id, row.rule, row.at, change, row.by, row.why, row.by_itself, row.after_run)


def _run(row: Any) -> RuleRun:
    return RuleRun(
        row.at,
        RunKind(row.kind),
        row.body,
        row.why,
        row.candidates,
        row.size,
        row.added,
        row.gone,
        _census.decode(row.census),
        row.id,
    )
