"""Letting go of what nobody uses, and having it back (R-M8)."""

from datetime import timedelta

import msgspec
import pytest
from answers import episode, episodes, file
from candidate_house import GB
from fresh_house import FreshHouse
from hand import Hand
from sqlalchemy import func, select

from episodarr.catalogue.fresh_choices import FreshChoices
from episodarr.catalogue.ports import ReadSeries
from episodarr.database.engine import Database
from episodarr.database.fresh import StoredFreshness
from episodarr.database.schema import episodes as episode_table
from episodarr.database.schema import metadata, series, series_files
from episodarr.episode.identity import ConnectionId, source
from episodarr.settings import SyncMode

TOUCHED = {"episodes", "series_files", "followed_shows"}
"""The tables that a clean-up writes to; of the episodes one column only."""


@pytest.fixture
def house(database: Database, clock: Hand, sonarr: ConnectionId) -> FreshHouse:
    made = FreshHouse(database, clock, sonarr)
    for number in (1, 2):
        made.show(number, {(1, 1): GB})
        told(made, number)
    made.watch(1, 1, 1, ago=1)
    made.ask_for(2, ago=500)
    made.settle()
    made.clock.forward(days=100)
    made.watch(1, 1, 1, ago=1)
    made.settle()
    return made


def told(house: FreshHouse, number: int, title: str = "Episode 1"):
    """Sonarr's answer with everything in it, stored."""
    id_ = number * 10_000 + 101
    rows = [episode(1, id_=id_, file=id_, title=title, overview=f"What happens in {number}")]
    answer = episodes(rows, [file(id_, GB)])
    read = ReadSeries(house.id(number), answer)
    house.catalogue.write_episodes(source("Sonarr", house.sonarr), [read], house.clock())
    return answer


def summaries(house: FreshHouse) -> dict[str, str]:
    e = episode_table.c
    asked = select(series.c.title, e.overview).join(series, series.c.id == e.series_id)
    with house.database.reading() as db:
        return {row[0]: row[1] for row in db.execute(asked)}


def bodies(house: FreshHouse) -> int:
    with house.database.reading() as db:
        return db.execute(select(func.count()).select_from(series_files)).scalar() or 0


def everything_else(house: FreshHouse) -> dict[str, list]:
    found = {}
    with house.database.reading() as db:
        for table in metadata.sorted_tables:
            columns = [c for c in table.c if table.name != "episodes" or c.name != "overview"]
            if table.name not in TOUCHED - {"episodes"}:
                found[table.name] = [tuple(row) for row in db.execute(select(*columns).order_by(*table.primary_key))]
    return found


def clean(house: FreshHouse, days: int = 90) -> int:
    return house.store.clean(house.clock() - timedelta(days=days), house.clock(), 10)


def test_only_what_sonarr_tells_again_goes(house: FreshHouse) -> None:
    """R-M8: the summaries and raw answers of what nobody follows; not one value of anything else."""
    before = everything_else(house)
    dry = house.freshness.waste()
    assert dry.shows == 0, "180 days have not passed"
    house.freshness.choose({"clean_up_days": 90}, "Anna")
    before = everything_else(house)
    dry = house.freshness.waste()
    assert (dry.shows, dry.episodes) == (1, 1)
    assert dry.raw_bytes > 0
    assert clean(house) == 1
    assert summaries(house) == {"Show 1": "What happens in 1", "Show 2": ""}
    assert bodies(house) == 1
    assert everything_else(house) == before
    assert house.of(2).lean
    assert house.freshness.waste().shows == 0
    assert clean(house) == 0


def test_a_lean_show_stays_lean_when_the_rotation_reads_it_and_its_changes_are_seen(house: FreshHouse) -> None:
    clean(house)
    told(house, 2, title="Named anew")
    assert summaries(house)["Show 2"] == ""
    assert bodies(house) == 1
    with house.database.reading() as db:
        titles = set(db.execute(select(episode_table.c.title)).scalars())
    assert "Named anew" in titles


@pytest.mark.parametrize("how", ["opened", "kept", "played", "greedy"])
def test_whoever_wants_it_has_it_back(house: FreshHouse, how: str) -> None:
    """R-M8: it counts as changed, so that the next reading stores all of it, whatever it said before."""
    clean(house)
    if how == "opened":
        house.freshness.opened(house.id(2), "Anna")
    elif how == "kept":
        house.freshness.keep(house.id(2), "Anna")
    elif how == "played":
        house.watch(2, 1, 1, ago=0)
        house.settle()
    else:
        house.store.restore(None)
    held = house.catalogue.known_series(house.sonarr)[2]
    assert (held.stale, held.episodes_digest, house.of(2).lean) == (True, "", False)
    told(house, 2)
    assert summaries(house)["Show 2"] == "What happens in 2"
    assert bodies(house) == 2


def test_what_somebody_touched_of_late_stays(house: FreshHouse) -> None:
    house.ask_for(2, ago=10)
    assert clean(house) == 0
    house.freshness.choose({"mode": "GREEDY", "clean_up": True}, "Anna")
    assert house.choices.current().mode is SyncMode.GREEDY


def test_choices_win_over_the_environment_until_they_are_taken_back(
    database: Database, clock: Hand, sonarr: ConnectionId
) -> None:
    """R-M1, R-M5: and it is told which of them applies, who chose it, and when."""
    house = FreshHouse(database, clock, sonarr, episode_sync_mode="greedy", fresh_interval="600")
    changes: list = []
    house.choices.changed = lambda before, after: changes.append((before.mode, after.mode))
    assert (house.choices.current().mode, house.choices.current().interval) == (SyncMode.GREEDY, 600)
    house.freshness.choose({"mode": "ON_DEMAND", "interval": 600}, "Anna")
    standing = house.freshness.standing()
    assert standing.choices.mode is SyncMode.ON_DEMAND
    assert standing.given.mode is SyncMode.GREEDY
    assert msgspec.to_builtins(standing.chosen) == {
        "mode": {"value": "ON_DEMAND", "by": "Anna", "at": "2026-01-20T12:00:00Z"}
    }, "the interval is the same as before: nobody chose it"
    assert standing.by_environment == ["interval", "mode"]
    again = FreshChoices(house.settings, StoredFreshness(database), clock)
    assert again.current().mode is SyncMode.ON_DEMAND, "after a start too"
    house.freshness.take_back(["mode"])
    assert house.choices.current().mode is SyncMode.GREEDY
    assert changes == [(SyncMode.GREEDY, SyncMode.ON_DEMAND), (SyncMode.ON_DEMAND, SyncMode.GREEDY)]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("mode", "ALWAYS", "EPISODE_SYNC_MODE is GREEDY or ON_DEMAND"),
        ("interval", 5, "from 60 to 604800"),
        ("ahead", True, "whole number"),
        ("at_once", "4", "whole number"),
        ("per_round", 19, "from 20 to 20000"),
        ("enabled", 1, "true or false"),
        ("speed", 1, "is none of mode"),
    ],
)
def test_wrong_choices_are_refused_by_name(
    database: Database, clock: Hand, sonarr: ConnectionId, name: str, value: object, words: str
) -> None:
    """R-M1."""
    house = FreshHouse(database, clock, sonarr)
    with pytest.raises(ValueError, match=words):
        house.freshness.choose({name: value}, "Anna")
    assert house.choices.current() == house.choices.given
