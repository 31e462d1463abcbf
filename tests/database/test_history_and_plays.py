"""Imports and the plays of media servers are one history: of one user, and, if wanted, of the server."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from history_place import OFFICE_US, HandLookup, HistoryPlace, netflix
from play_place import BEN, Place, item, play
from sqlalchemy import delete, select

from episodarr.database.schema import evidence, series
from episodarr.database.schema_people import people
from episodarr.database.schema_watching import play_viewers
from episodarr.histories.histories import NotAllowed
from episodarr.histories.import_model import Choice, Status
from episodarr.jobs.engine import Run
from episodarr.jobs.histories import COMPLETE, IMPORT, Histories
from episodarr.settings import read


def histories_over(both, tmp_path: Path, *, counts: bool = False, lookup: HandLookup | None = None) -> Histories:
    """The parts as a start makes them; the place goes on with them."""
    plays, place = both
    parts = Histories(
        settings=read({}, data_dir=tmp_path, histories_count_for_server=counts),
        database=place.database,
        connections=None,
        ledger=plays.ledger,
        engine=SimpleNamespace(run=lambda *_: 1, wake=lambda _: None),
        clock=place.clock,
        lookups=lookup or HandLookup(),
    )
    place.importing, place.histories = parts.importing, parts.facade
    return parts


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
    parts = histories_over(both, tmp_path, counts=counts)
    plays.here((1, 1), (1, 2))
    assert plays.state(1, 1)[0] != "watched"
    report = place.imported(ada, netflix(("Show 1: Season 1: Episode 1", "2026-01-18")))
    assert report.episodes == 1
    assert (plays.state(1, 1)[0] == "watched") is counts
    assert plays.state(1, 2)[0] != "watched"
    assert plays.watching(1, 1).watching.plays == 0, "the sums of the server's plays stay what they are"
    parts.facade.undo(ada.user_id, report.import_id)
    assert plays.state(1, 1)[0] != "watched"


def test_a_start_agrees_with_the_setting(both, tmp_path):
    """It was switched on after an import, or off; or a stop came between a change and its telling."""
    plays, place = both
    ada = place.user("ada")
    plays.here((1, 1), (1, 2))

    def started(*, counts: bool) -> Histories:
        parts = histories_over(both, tmp_path, counts=counts)
        parts.agree()
        return parts

    def watched() -> set[int]:
        return {number for number in (1, 2) if plays.state(1, number)[0] == "watched"}

    started(counts=False)
    report = place.imported(ada, netflix(("Show 1: Season 1: Episode 1", "2026-01-18")))
    assert watched() == set()
    started(counts=True)
    assert watched() == {1}
    place.imported(ada, netflix(("Show 1: Season 1: Episode 2", "2026-01-19")), name="second.csv")
    assert watched() == {1, 2}
    started(counts=False)
    assert watched() == set()
    parts = started(counts=True)
    parts.importing._changed = lambda *_: None  # killed right behind the undo
    parts.facade.undo(ada.user_id, report.import_id)
    assert watched() == {1, 2}
    started(counts=True)
    assert watched() == {2}


def test_what_a_person_corrects_counts_for_the_server_as_corrected(both, tmp_path):
    plays, place = both
    root = place.user("root", role="admin")
    plays.here((1, 1), (1, 2))
    parts = histories_over(both, tmp_path, counts=True)
    place.imported(root, netflix(("Show 1: Season 1: Episode 1", "2026-01-18")))
    assert plays.state(1, 1)[0] == "watched"
    asyncio.run(parts.facade.deciding.decide(root, "Show 1", Choice.IGNORE))
    assert plays.state(1, 1)[0] != "watched", "it was somebody else's"


def test_totals_are_read_again_when_they_are_due(both, tmp_path, clock):
    from history_place import DARK

    _, place = both
    lookup = HandLookup(DARK)
    lookup.tidy = lambda: 0
    parts = histories_over(both, tmp_path, lookup=lookup)
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


def test_an_episode_that_went_with_its_sonarr_stops_nobody(both, tmp_path):
    plays, place = both
    ada = place.user("ada")
    plays.here((1, 1), (1, 2))
    place.imported(ada, netflix(("Show 1: Season 1: Episode 1", "2026-01-18")))
    with place.database.writing() as db:
        db.execute(delete(series))
    histories_over(both, tmp_path, counts=True).agree()


def test_a_show_that_comes_to_the_library_later_counts_too(both, tmp_path):
    _, place = both
    lookup = HandLookup(OFFICE_US)
    lookup.begin = lambda: None
    lookup.look_for_lost = lambda: asyncio.sleep(0)
    parts = histories_over(both, tmp_path, counts=True, lookup=lookup)
    complete = next(task for task in parts.tasks() if task.name == COMPLETE)
    ada = place.user("ada")
    place.imported(ada, netflix(("The Office: Season 1: Pilot", "2026-01-18")))
    asyncio.run(complete.work(Run(0, {}, lambda _progress, _message: None)))
    listed = place.listed("The Office", {1: ["Pilot", "Diversity Day"]}, tvdb_id=OFFICE_US.tvdb_id)
    told = select(evidence.c.episode_id).where(evidence.c.kind == "watched")
    with place.database.reading() as db:
        assert db.execute(told).scalars().all() == []
    asyncio.run(complete.work(Run(0, {}, lambda _progress, _message: None)))
    with place.database.reading() as db:
        assert db.execute(told).scalars().all() == [place.episode(listed, 1, 1)]


def test_an_import_that_is_run_by_hand_goes_on_with_those_that_wait(both, tmp_path):
    _, place = both
    parts = histories_over(both, tmp_path)
    (task,) = [task for task in parts.tasks() if task.name == IMPORT]
    by_hand = Run(0, {}, lambda _progress, _message: None, "person")
    assert dict(asyncio.run(task.work(by_hand))) == {"imports": 0, "message": "No import waits: upload a file first"}
    waiting = place.upload(place.user("ada"), netflix(("Show 1: Season 1: Episode 1", "2026-01-18")))
    parts.importing.start(waiting)
    assert asyncio.run(task.work(by_hand))["imports"] == 1
    assert place.store.read(waiting).status is Status.DONE
