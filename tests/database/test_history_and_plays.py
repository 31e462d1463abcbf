"""Imports and the plays of media servers are one history: of one user, and, if wanted, of the server."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from history_place import HandLookup, HistoryPlace, netflix
from play_place import BEN, Place, item, play
from sqlalchemy import select

from episodarr.database.schema_people import people
from episodarr.database.schema_watching import play_viewers
from episodarr.histories.histories import NotAllowed
from episodarr.histories.import_model import Status
from episodarr.jobs.histories import Histories
from episodarr.settings import read


@pytest.fixture
def both(database, clock, tmp_path: Path, sonarr):
    plays, place = Place(database, clock), HistoryPlace(database, clock, tmp_path)
    plays.shelve(sonarr, counts={1: 4})
    return plays, place


def viewer_of(place: HistoryPlace, name: str) -> str:
    with place.database.reading() as db:
        found = db.execute(select(play_viewers.c.id).where(play_viewers.c.name == name)).scalar_one()
        assert db.execute(select(people.c.id)).first() is None
    return f"v{found}"


def test_an_evening_that_both_tell_is_one(both):
    plays, place = both
    plays.service.held = [play(1, item(1)), play(2, item(2)), play(3, item(3), BEN), play(4, item(4), watched=False)]
    plays.look()
    ada, root = place.user("ada"), place.user("root", "admin")
    (series_id,) = (one.series_id for one in place.library.titles())
    day = plays.service.held[0].stopped_at.date().isoformat()
    report = place.imported(
        ada, netflix(("Show 1: Season 1: Episode 1", day), ("Show 1: Season 1: Episode 3", "2026-01-02"))
    )
    assert report.status is Status.DONE
    assert place.histories.counts(ada.user_id, [series_id]) == {series_id: 2}
    with pytest.raises(NotAllowed):
        place.histories.link(ada, ada.user_id, viewer_of(place, "Ben"))
    for nobody in ("p9", "v999", "x1", "v", "v-1"):
        with pytest.raises(LookupError):
            place.histories.link(root, ada.user_id, nobody)
    place.histories.link(root, ada.user_id, viewer_of(place, "Ada"))
    assert place.histories.counts(ada.user_id, [series_id]) == {series_id: 3}
    assert place.histories.totals(ada.user_id, series_id).watched_episodes == 3
    seen = place.histories.seen(ada.user_id, series_id=series_id)
    told = {one.number: (len(one.days), one.told_by) for one in seen.episodes}
    assert told == {1: (1, ["history", "server"]), 2: (1, ["server"]), 3: (1, ["history"])}
    assert place.histories.counts(root.user_id, [series_id]) == {}, "nobody else has seen anything"
    place.histories.link(root, ada.user_id, "")
    assert place.histories.counts(ada.user_id, [series_id]) == {series_id: 2}
    assert place.histories.person(ada.user_id) == ""


@pytest.mark.parametrize("counts", [False, True])
def test_the_servers_own_sums_follow_only_when_wanted(both, tmp_path, counts):
    plays, place = both
    ada = place.user("ada")
    settings = read({}, data_dir=tmp_path, histories_count_for_server=counts)
    engine = SimpleNamespace(run=lambda *_: 1, wake=lambda _: None)
    parts = Histories(
        settings=settings,
        database=place.database,
        connections=None,
        ledger=plays.ledger,
        engine=engine,
        clock=place.clock,
        lookups=HandLookup(),
    )
    plays.here((1, 1), (1, 2))
    assert plays.state(1, 1)[0] != "watched"
    place.importing = parts.importing
    place.histories = parts.facade
    report = place.imported(ada, netflix(("Show 1: Season 1: Episode 1", "2026-01-18")))
    assert report.episodes == 1
    assert (plays.state(1, 1)[0] == "watched") is counts
    assert plays.state(1, 2)[0] != "watched"
    assert plays.watching(1, 1).watching.plays == 0, "the sums of the server's plays stay what they are"
    parts.facade.undo(ada.user_id, report.import_id)
    assert plays.state(1, 1)[0] != "watched"


def test_totals_are_read_again_when_they_are_due(both, tmp_path, clock):
    from history_place import DARK

    _, place = both
    engine = SimpleNamespace(run=lambda *_: 1, wake=lambda _: None)
    lookup = HandLookup(DARK)
    lookup.tidy = lambda: 0
    parts = Histories(
        settings=read({}, data_dir=tmp_path),
        database=place.database,
        connections=None,
        ledger=None,
        engine=engine,
        clock=clock,
        lookups=lookup,
    )
    place.importing, place.histories = parts.importing, parts.facade
    ada = place.user("ada")
    place.imported(ada, netflix(("Dark: Season 1: Secrets", "2026-01-18")))
    (one,), _ = place.histories.shows(ada.user_id)
    assert (one.totals.text, one.totals.total_seasons, one.totals.source) == ("1/5 episodes", 2, "TMDB")
    assert asyncio.run(parts.refresh()) == 0, "it was read a moment ago"
    clock.forward(days=8)
    lookup.down = "down"
    assert asyncio.run(parts.refresh()) == 0
    lookup.down = ""
    clock.forward(hours=2)
    assert asyncio.run(parts.refresh()) == 1
