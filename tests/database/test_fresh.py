"""Who follows which show, on both databases (R-M3, R-M4), and what a mode keeps fresh (R-M2)."""

from datetime import timedelta

import pytest
from answers import entry, episode, episodes, series
from candidate_house import ADA, BEN
from fresh_house import FreshHouse
from hand import Hand
from sqlalchemy import event, select, text

from episodarr.catalogue.ahead import Coming, Prepared
from episodarr.catalogue.followed import Why
from episodarr.catalogue.fresh_ports import Readable
from episodarr.catalogue.ports import ReadSeries
from episodarr.database.engine import Database
from episodarr.database.schema import episodes as episode_table
from episodarr.database.schema_fresh import UNTITLED
from episodarr.episode.identity import ConnectionId, source


@pytest.fixture
def house(database: Database, clock: Hand, sonarr: ConnectionId) -> FreshHouse:
    made = FreshHouse(database, clock, sonarr)
    for number in (1, 2, 3):
        made.show(number, {(1, 1): 10, (1, 2): 10})
    return made


def test_nobody_touched_anything(house: FreshHouse) -> None:
    assert house.settle() == (0, 0)
    assert house.followed() == []
    assert house.of(1).why is None


def test_what_was_played_is_followed_with_the_name_of_who_did(house: FreshHouse) -> None:
    """R-M3: the latest play tells; what was played years ago does not."""
    house.watch(1, 1, 1, ago=9, by=ADA)
    house.watch(1, 1, 2, ago=3, by=BEN)
    house.watch(2, 1, 1, ago=400)
    assert house.settle() == (1, 0)
    found = house.of(1)
    assert (found.watching, found.why, found.who, found.sign_at) == (
        True,
        Why.PLAYED,
        "ben",
        house.clock() - timedelta(days=3),
    )
    assert house.followed() == ["Show 1"]
    assert house.told == [1]


def test_a_look_that_finds_nothing_new_writes_nothing(house: FreshHouse) -> None:
    house.watch(1, 1, 1, ago=3)
    house.ask_for(2, ago=1)
    house.freshness.opened(house.id(3), "Anna")
    house.settle()
    wrote: list[str] = []
    event.listen(house.database.writer, "before_cursor_execute", lambda *of: wrote.append(of[2]))
    assert house.settle() == (0, 0)
    assert [one for one in wrote if one.startswith(("UPDATE", "INSERT", "DELETE"))] == []


def test_what_is_played_now_is_followed_before_any_history_tells_it(house: FreshHouse) -> None:
    """R-M3."""
    house.watch(1, 1, 1, ago=400)
    house.plays_now(1)
    assert house.settle() == (1, 0)
    assert (house.of(1).why, house.of(1).who) == (Why.PLAYED, "ada")


def test_what_was_asked_for_is_followed_once_sonarr_has_it(house: FreshHouse) -> None:
    """R-M3: a declined request is none; a new show and a known one."""
    house.ask_for(2, ago=2, by="Ben")
    house.ask_for(3, ago=3, standing=False)
    assert house.settle() == (1, 0)
    assert (house.of(2).why, house.of(2).who) == (Why.REQUESTED, "Ben")
    house.show(4, {(1, 1): 10})
    house.ask_for(4, ago=0.5)
    assert house.settle() == (1, 0)
    assert house.followed() == ["Show 2", "Show 4"]


def test_what_somebody_opened_is_followed_at_once(house: FreshHouse) -> None:
    """R-M3: without waiting for a round, and read soon; opening it again in a moment writes nothing."""
    house.freshness.opened(house.id(3), "Anna")
    assert (house.of(3).why, house.of(3).who, len(house.soon)) == (Why.OPENED, "Anna", 1)
    house.clock.forward(minutes=5)
    house.freshness.opened(house.id(3), "Ben")
    assert (house.of(3).who, len(house.soon)) == ("Anna", 1)
    house.clock.forward(hours=1)
    house.freshness.opened(house.id(3), "Ben")
    house.settle()
    assert (house.of(3).who, len(house.soon)) == ("Ben", 2)
    house.freshness.opened(10**9, "Anna")
    assert house.followed() == ["Show 3"], "what is not there is nobody's"


def test_a_play_that_is_told_late_is_the_reason_all_the_same(house: FreshHouse) -> None:
    """R-M3: whoever reads the page has just opened it; with the name of who played."""
    house.freshness.opened(house.id(1), "Anna")
    house.watch(1, 1, 1, ago=3, by=BEN)
    house.settle()
    assert (house.of(1).why, house.of(1).who) == (Why.PLAYED, "ben")
    house.clock.forward(days=88)
    house.freshness.opened(house.id(1), "Anna")
    house.clock.forward(days=80)
    assert house.settle() == (0, 0), "it was touched 80 days ago"
    assert (house.of(1).why, house.of(1).who) == (Why.OPENED, "Anna")


def test_histories_say_what_is_followed(house: FreshHouse) -> None:
    """R-M3: the method that imports call."""
    house.freshness.watch([house.id(1), house.id(2), 10**9], Why.IMPORTED, "Ada")
    assert house.followed() == ["Show 1", "Show 2"]
    assert (house.of(1).why, house.of(1).who) == (Why.IMPORTED, "Ada")
    with pytest.raises(ValueError, match="seen by itself"):
        house.freshness.watch([house.id(1)], Why.PLAYED)


def test_between_rounds_it_is_noticed_what_begins_and_nothing_ends(house: FreshHouse) -> None:
    """R-M3, R-M4: also that what was seen to its end long ago is not begun."""
    house.watch(1, 1, 1, ago=3)
    house.watch(2, 1, 1, ago=30)
    house.watch(2, 1, 2, ago=30)
    assert house.keeping.begun() == [house.id(1)]
    house.clock.forward(days=200)
    assert house.keeping.begun() == []
    assert house.followed() == ["Show 1"]
    assert house.settle() == (0, 1)


def test_abandoned_after_the_days_that_were_chosen(house: FreshHouse) -> None:
    """R-M4."""
    house.watch(1, 1, 1, ago=3)
    house.settle()
    house.clock.forward(days=86)
    assert house.settle() == (0, 0)
    house.freshness.choose({"abandoned_days": 30}, "Anna")
    assert house.settle() == (0, 1)
    assert (house.of(1).watching, house.of(1).why) == (False, Why.ABANDONED)
    assert [(one.watching, one.why) for one in house.freshness.log(house.id(1))] == [
        (False, Why.ABANDONED),
        (True, Why.PLAYED),
    ]


def test_finished_when_everybody_who_began_has_seen_all_of_it(house: FreshHouse) -> None:
    """R-M4: somebody who is half way keeps it, and so does a show that goes on."""
    house.watch(1, 1, 1, ago=20, by=ADA)
    house.watch(1, 1, 2, ago=19, by=ADA)
    house.watch(1, 1, 1, ago=18, by=BEN)
    house.settle()
    assert house.of(1).watching
    house.watch(1, 1, 2, ago=17, by=BEN)
    assert house.settle() == (0, 1)
    assert house.of(1).why is Why.FINISHED
    house.watch(2, 1, 1, ago=20)
    house.watch(2, 1, 2, ago=19)
    house.set(2, status="continuing")
    assert house.settle() == (1, 0)
    assert house.settle() == (0, 0)


def test_an_episode_that_is_yet_to_air_keeps_a_show_that_has_ended(house: FreshHouse) -> None:
    """R-M4."""
    later = {"airDateUtc": "2026-02-20T20:00:00Z"}
    house.read(3, [episode(1, id_=30_101), episode(2, id_=30_102, **later)], [])
    house.watch(3, 1, 1, ago=20)
    house.settle()
    assert house.settle() == (0, 0)
    house.clock.forward(days=40)
    house.watch(3, 1, 2, ago=8)
    assert house.settle() == (0, 1)


def test_stopped_and_kept_by_hand(house: FreshHouse) -> None:
    """R-M4: the stop holds against opening; a later play begins it anew; by hand it stays for good."""
    house.watch(1, 1, 1, ago=3)
    house.settle()
    house.freshness.stop(house.id(1), "Anna")
    house.clock.forward(hours=1)
    house.freshness.opened(house.id(1), "Ben")
    house.settle()
    assert (house.of(1).watching, house.of(1).why, house.of(1).who) == (False, Why.STOPPED, "Anna")
    house.watch(1, 1, 2, ago=0)
    house.settle()
    assert house.of(1).watching
    house.freshness.keep(house.id(1), "Anna")
    house.clock.forward(days=400)
    assert house.settle() == (0, 0)
    assert house.of(1).why is Why.BY_HAND
    assert [one.why for one in house.freshness.log()] == [Why.BY_HAND, Why.PLAYED, Why.STOPPED, Why.PLAYED]
    with pytest.raises(LookupError):
        house.freshness.keep(10**9, "Anna")


def test_complete_is_what_nothing_may_change_of(house: FreshHouse) -> None:
    """R-M2: shows that were read, have ended, and lack nothing."""
    assert house.line() == []
    house.set(1, status="continuing")
    house.read(2, [episode(1, id_=20_101, title="TBA"), episode(2, id_=20_102)], [])
    told = {"episodeCount": 3, "totalEpisodeCount": 3, "episodeFileCount": 2}
    for number, season in ((4, 1), (5, 0)):
        listed = [{"seasonNumber": season, "monitored": False, "statistics": told}]
        one = entry(series(number, status="ended", seasons=listed, monitored=False))
        house.catalogue.write_listing(house.sonarr, [(one, one.decode())], (), house.clock())
        house.read(number, [episode(1, id_=number * 10_000)], [])
    never = entry(series(6, status="ended", seasons=[]))
    house.catalogue.write_listing(house.sonarr, [(never, never.decode())], (), house.clock())
    assert house.line() == ["Show 1", "Show 2", "Show 4", "Show 6"], "specials count when they are monitored"
    assert house.line(followed_only=True) == []
    house.freshness.keep(house.id(4), "Anna")
    assert house.line(followed_only=True) == ["Show 4"]
    assert house.store.sums(followed_only=False).kept == 4
    assert house.store.sums(followed_only=True) == house.freshness.standing().sums


def test_the_line_knows_what_plays_airs_and_was_opened(house: FreshHouse) -> None:
    """R-M6."""
    soon = (house.clock() + timedelta(days=3)).isoformat().replace("+00:00", "Z")
    house.read(1, [episode(1, id_=10_101, title="TBA", airDateUtc=soon)], [])
    for number in (2, 3):
        house.set(number, status="continuing")
    house.watch(2, 1, 1, ago=400)
    house.plays_now(2)
    house.freshness.opened(house.id(3), "Anna")
    line = {one.title: one for one in house.store.waiting(house.sonarr, house.clock(), followed_only=False)}
    assert line["Show 1"].airs_at == house.clock() + timedelta(days=3)
    assert (line["Show 2"].playing, line["Show 1"].playing) == (True, False)
    assert line["Show 3"].opened_at == house.clock()


def test_what_may_be_wanted_next(house: FreshHouse) -> None:
    """R-M7: a season after the newest that somebody watched; a show of which two genres are the same."""
    drama = {"genres": ["Drama", "Mystery", "Crime"]}
    house.show(4, {(1, 1): 10, (2, 1): 10}, **drama)
    house.watch(4, 1, 1, ago=1)
    house.settle()
    other = entry(series(5, status="ended", genres=["Crime", "Drama"], seasons=[]))
    house.catalogue.write_listing(house.sonarr, [(other, other.decode())], (), house.clock())
    can = Readable((house.sonarr,), house.clock())
    assert house.store.coming(house.clock(), can) == [], "it was just read"
    house.clock.forward(days=2)
    assert house.store.coming(house.clock() - timedelta(days=1), can) == [Coming(house.id(4), 2)]
    followed, others = house.store.traits(house.clock() - timedelta(days=7), can)
    assert [(one.title, sorted(one.genres)) for one in followed] == [("Show 4", ["Crime", "Drama", "Mystery"])]
    assert [one.title for one in others] == ["Show 5"]
    for number in (4, 5):
        house.set(number, retry_at=house.clock() + timedelta(minutes=1))
    for cannot in (Readable((), house.clock()), Readable((house.sonarr,), house.clock())):
        assert house.store.coming(house.clock() - timedelta(days=1), cannot) == []
        assert house.store.traits(house.clock() - timedelta(days=7), cannot) == (followed, []), "followed all the same"
    can = Readable((house.sonarr,), house.clock() + timedelta(minutes=1))
    house.store.prepared([Prepared(house.id(5), "like Show 4")], house.clock())
    assert house.store.traits(house.clock() - timedelta(days=7), can)[1] == []
    assert house.of(5).prepared_for == "like Show 4"


def test_lists_are_paged_and_searched(house: FreshHouse) -> None:
    for number in (1, 3):
        house.freshness.keep(house.id(number), "Anna")
    house.freshness.stop(house.id(3), "Anna")
    first, total, following = house.freshness.shows("all", "", 2, None)
    rest, _, end = house.freshness.shows("all", "", 2, following)
    assert ([one.title for one in first + rest], total, end) == (["Show 1", "Show 2", "Show 3"], 3, None)
    assert [one.title for one in house.freshness.shows("stopped", "", 9, None)[0]] == ["Show 3"]
    assert [one.title for one in house.freshness.shows("unfollowed", "", 9, None)[0]] == ["Show 2", "Show 3"]
    assert [one.title for one in house.freshness.shows("all", "w 2", 9, None)[0]] == ["Show 2"]
    with pytest.raises(ValueError, match="cursor"):
        house.freshness.shows("all", "", 2, "nonsense")


def test_ids_of_any_system_find_a_show(house: FreshHouse) -> None:
    """R-M9."""
    house.set(2, tmdb_id=77)
    assert house.store.find("tmdb", 77) == house.store.find("tvdb", 1002) == house.store.find("own", house.id(2))
    house.catalogue.mark_gone([house.id(2)], house.clock())
    assert house.store.find("tmdb", 77) is None


def test_untitled_episodes_are_found_by_their_index(house: FreshHouse) -> None:
    """SQLite takes a partial index only for the very words that it was made with."""
    asked = select(episode_table.c.series_id).where(UNTITLED)
    with house.database.reading() as db:
        if not house.database.is_sqlite:  # by what is in the table, which is next to nothing here: any index would do
            db.execute(text("SET LOCAL enable_seqscan = off"))
            db.execute(text("DROP INDEX uq_episodes_series_id_season_number_episode_number"))  # taken back at the end
        plan = db.execute(text(f"EXPLAIN {'QUERY PLAN ' if house.database.is_sqlite else ''}{asked}")).all()
    assert any("ix_episodes_untitled" in str(row) for row in plan), plan


def test_edits_are_counted_by_what_changed(house: FreshHouse) -> None:
    """R-M10."""
    before = [episode(1, id_=10_101), episode(2, id_=10_102)]
    house.read(1, before, [])
    after = [
        episode(1, id_=10_101, title="Named", overview="What happens"),
        episode(2, id_=10_102, airDateUtc="2026-01-09T20:00:00Z"),
    ]
    read = ReadSeries(house.id(1), episodes(after, []))
    counts, _ = house.catalogue.write_episodes(source("Sonarr", house.sonarr), [read], house.clock())
    assert (counts.updated, counts.titles, counts.air_times, counts.overviews) == (2, 1, 1, 1)
