"""What leaves by armed rules, for how long, and how it is kept, on both databases."""

import pytest
from candidate_house import CALM, GB
from consent_place import OLD, Place, rule, three_shows
from hand import Hand
from msgspec.structs import replace
from sqlalchemy import select

from episodarr.database.engine import Database
from episodarr.database.schema import episodes
from episodarr.deletion.holding import Level
from episodarr.deletion.model import Target
from episodarr.deletion.rules import Larger
from episodarr.episode.facts import Fact, InLibrary
from episodarr.episode.identity import ConnectionId, EpisodeId, source


@pytest.fixture
def place(database: Database, clock: Hand, sonarr: ConnectionId) -> Place:
    return three_shows(database, clock, sonarr)


def test_d6_stops_leaving_when_it_is_no_candidate_any_more(place: Place) -> None:
    named = place.keep(Level.SHOW, OLD, Larger(2 * GB))
    place.days(2)
    place.armed(named)
    assert place.leaving() == ["Show 1", "Show 2"]
    place.house.propose.protect(Target(1), "", "anna")
    place.later(hours=6)
    assert place.leaving() == ["Show 2"]
    assert (place.state(1) == "leaving", place.state(2) == "leaving") == (False, True)


def test_d6_kept_at_once(place: Place) -> None:
    named = place.keep()
    other = place.keep(Level.EPISODE, name="Files")
    place.days(2)
    place.armed(named)
    place.armed(other)
    place.clock.forward(minutes=1)
    assert sorted(place.leaving()) == ["Show 1", "Show 1 S01E01", "Show 1 S01E02", "Show 2", "Show 2 S01E01"]
    one = next(one for one in place.consent.leaving()[0] if one.label == "Show 1")
    place.consent.keep(one.id, "vito")
    assert sorted(place.leaving()) == ["Show 2", "Show 2 S01E01"]
    assert place.state() != "leaving"
    kept = place.house.propose.protections()
    assert [(told.target, told.reason, told.made_by) for told in kept] == [
        (Target(1), "Kept by vito from leaving soon", "vito")
    ]
    place.days(3)
    assert sorted(place.leaving()) == ["Show 2", "Show 2 S01E01"]
    with pytest.raises(LookupError):
        place.consent.keep(one.id, "vito")


def test_d6_an_episode_that_is_kept_keeps_what_holds_it(place: Place) -> None:
    files, shows = place.keep(Level.EPISODE, name="Files"), place.keep()
    seasons = place.keep(Level.SEASON, name="Seasons")
    place.days(2)
    for named in (files, shows, seasons):
        place.armed(named)
    one = next(one for one in place.consent.leaving()[0] if one.label == "Show 1 S01E02")
    place.clock.forward(minutes=1)
    place.consent.keep(one.id, "vito")
    assert [one for one in sorted(place.leaving()) if "Show 1" in one] == ["Show 1 S01E01"]


def test_pages_of_what_leaves(place: Place) -> None:
    named = place.keep(Level.EPISODE)
    place.days(2)
    place.armed(named)
    first, more = place.consent.leaving(2)
    rest, end = place.consent.leaving(2, more)
    assert sorted(one.label for one in (*first, *rest)) == ["Show 1 S01E01", "Show 1 S01E02", "Show 2 S01E01"]
    assert end is None
    with pytest.raises(ValueError, match="cursor"):
        place.consent.leaving(2, "odd")


def test_d6_promised_is_only_what_goes(place: Place) -> None:
    """First episodes that a rule lets stay are neither announced nor part of what goes."""
    place.house.show(5, {(1, 1): GB, (1, 2): GB, (2, 1): GB})
    place.change(place.keep(), rule(Level.SHOW, OLD, unless=replace(CALM, keep_first=1)))
    named = place.house.propose.rules()[0]
    place.days(2)
    place.armed(named)
    with place.house.database.reading() as db:
        asked = select(episodes.c.season_number, episodes.c.episode_number, episodes.c.id, episodes.c.state)
        rows = {row[:2]: row for row in db.execute(asked.where(episodes.c.series_id == 4))}
    assert {key: row[3] == "leaving" for key, row in rows.items()} == {(1, 1): False, (1, 2): True, (2, 1): True}
    one = next(one for one in place.consent.leaving()[0] if one.label == "Show 5")
    assert (one.files, one.size) == (2, 2 * GB)
    assert place.leavings.wanted(one) == (Target(4, 2), Target(4, 1, rows[1, 2][2]))


def test_what_the_media_servers_call_it(place: Place) -> None:
    named = place.keep()
    place.days(2)
    told = InLibrary(playable=True, item_id="abc")
    speaker = source("Jellyfin", ConnectionId(7))
    place.house.ledger.record([Fact(EpisodeId(place.episode_id()), place.clock(), speaker, told)])
    assert place.leavings.items(100) == {}
    place.armed(named)
    assert place.leavings.items(100) == {7: {"abc"}}
