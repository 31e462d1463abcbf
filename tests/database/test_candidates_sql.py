"""The rules in SQL say what the pure rules say, of every holding, on both databases."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_samples import NOW, holdings, knowns, rules
from sqlalchemy import Connection, delete, insert, select

from episodarr.database.candidates_sql import CANDIDATE, KEPT, NO, UNKNOWN, Playing, Shelf, outcome
from episodarr.database.engine import Database
from episodarr.database.schema import connections, micros, series
from episodarr.database.schema_deletion import held_files, held_movies, held_seasons, held_series
from episodarr.database.schema_movies import movies
from episodarr.deletion.holding import Holding, Known, Level
from episodarr.deletion.judge import judge
from episodarr.deletion.rules import Outcome, Rule, Safeguards

_CODES = {Outcome.CANDIDATE: CANDIDATE, Outcome.KEPT: KEPT, Outcome.UNKNOWN: UNKNOWN, Outcome.NO: NO}
_EITHER = {Level.SHOW: held_series, Level.SEASON: held_seasons, Level.EPISODE: held_files, Level.MOVIE: held_movies}
_INSTANTS = {"added_at", "last_at", "in_progress_at", "next_up_at", "requested_at"}


def _row(table: Any, holding: Holding, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict(more)
    for column in table.columns:
        name = column.key
        if name in row or not hasattr(holding, name):
            continue
        value = getattr(holding, name)
        if name in _INSTANTS and value is not None:
            value = micros(value)
        if name in {"tags", "qualities"} and value is not None:
            value = "".join(f"\n{one}" for one in sorted(value)) + "\n"
        row[name] = value
    return row


def _lay(db: Connection, holding: Holding) -> None:
    for table in (held_files, held_seasons, held_series, held_movies):
        db.execute(delete(table))
    if holding.level is Level.MOVIE:
        db.execute(insert(held_movies).values(_row(held_movies, holding, movie_id=1)))
        return
    latest = 2 if holding.latest_season else 3
    db.execute(insert(held_series).values(_row(held_series, holding, series_id=1, latest_season=latest)))
    if holding.level is Level.SEASON:
        db.execute(insert(held_seasons).values(_row(held_seasons, holding, series_id=1, season_number=2, season_id=1)))
    if holding.level is Level.EPISODE:
        db.execute(
            insert(held_files).values(_row(held_files, holding, series_id=1, season_number=2, number=1, file_id=1))
        )


def _said(db: Connection, rule: Rule, holding: Holding, known: Known) -> int:
    playing = {1} if holding.playing else ()
    shelf = Shelf(rule.level, rule.unless, Playing(playing, playing, playing, playing))
    found = db.execute(select(outcome(rule, shelf, known, NOW)).select_from(shelf.source)).scalar_one()
    assert isinstance(found, int)
    return found


@pytest.fixture
def laid(database: Database) -> Database:
    blank = {"tvdb_id": 0, "tmdb_id": 0, "tvmaze_id": 0, "imdb_id": "", "title": "", "sort_title": "", "title_slug": ""}
    words = dict.fromkeys(("status", "series_type", "network", "overview", "path", "list_digest"), "")
    with database.writing() as db:
        db.execute(
            insert(connections).values(
                kind="sonarr",
                name="Sonarr",
                settings="{}",
                enabled=True,
                from_environment=False,
                created_at=NOW,
                updated_at=NOW,
            )
        )
        of = {"connection_id": 1, "sonarr_id": 1, "year": 0, "monitored": True, "runtime": 0, "genres": "[]"}
        times = {"has_poster": False, "size_on_disk": 0, "stale": False, "created_at": NOW, "updated_at": NOW}
        db.execute(insert(series).values(**blank, **words, **of, **times))
        nothing = dict.fromkeys(
            ("imdb_id", "title", "sort_title", "status", "overview", "studio", "root_folder", "path", "quality"), ""
        )
        counts = {"tmdb_id": 1, "year": 0, "runtime": 0, "genres": "[]", "tags": "[]", "size_on_disk": 0}
        flags = {"has_file": True, "has_poster": False, "available": False, "created_at": NOW, "updated_at": NOW}
        db.execute(insert(movies).values(**nothing, **counts, **flags))
    return database


def test_sql_says_what_the_pure_rules_say(laid: Database) -> None:
    examples = 250 if laid.is_sqlite else 60

    @settings(max_examples=examples)
    @given(rule=rules, known=knowns, data=st.data())
    def check(rule: Rule, known: Known, data: st.DataObject) -> None:
        if rule.level in (Level.SHOW, Level.SEASON):
            # What stays of a show is counted from its files: see test_candidates.
            unless = Safeguards(**{name: getattr(rule.unless, name) for name in rule.unless.__struct_fields__[2:]})
            rule = Rule(rule.level, rule.when, unless)
        holding = data.draw(holdings(rule.level))
        with laid.writing() as db:
            _lay(db, holding)
            assert _said(db, rule, holding, known) == _CODES[judge(rule, holding, known, NOW).outcome]

    check()


def test_the_samples_reach_every_outcome(tmp_path: Path) -> None:
    """The property above would hold for nothing but "no" as well."""
    seen: set[Outcome] = set()

    @settings(max_examples=400)
    @given(rule=rules, known=knowns, data=st.data())
    def check(rule: Rule, known: Known, data: st.DataObject) -> None:
        seen.add(judge(rule, data.draw(holdings(rule.level)), known, NOW).outcome)

    check()
    assert seen == set(Outcome)
