"""Requests on both databases: what is told of which episodes, once, and withdrawn (R-D8)."""

import asyncio

import pytest
from hand import Hand
from request_place import Place, asked
from sqlalchemy import event

from episodarr.database.engine import Database
from episodarr.episode.facts import Fact, Grabbed
from episodarr.episode.identity import ConnectionId, EpisodeId, source
from episodarr.overview.requests import RequestFilter
from episodarr.requests.model import (
    MediaStatus,
    RequestNumber,
    Requests,
    RequestStatus,
    SonarrPlace,
    Title,
)


@pytest.fixture
def place(database: Database, clock: Hand) -> Place:
    return Place(database, clock)


@pytest.fixture
def other(place: Place) -> ConnectionId:
    """A second Sonarr."""
    return place.connect("sonarr", "Sonarr 4K")


def test_only_the_requested_seasons_stand_as_requested(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {0: 1, 1: 2, 2: 2})
    place.service.hold(asked(7, (2,)))
    assert place.poll() == 3, "one request, two episodes"
    assert place.requested(sonarr, 1) == {(2, 1), (2, 2)}


def test_all_seasons_are_all_but_the_specials(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {0: 1, 1: 2, 2: 1})
    place.service.hold(asked(7, None))
    place.poll()
    assert place.requested(sonarr, 1) == {(1, 1), (1, 2), (2, 1)}
    place.service.hold(asked(7, (0,), updated_at=place.clock()))
    place.poll()
    assert place.requested(sonarr, 1) == {(0, 1)}, "and the specials when they were asked for"


def test_a_second_reading_writes_nothing(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {1: 3})
    place.service.hold(asked(7), asked(8, status=RequestStatus.DECLINED))
    place.poll()
    written: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:
        if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            written.append(statement)

    event.listen(place.database.writer, "before_cursor_execute", note)
    assert place.poll(whole=True) == 0
    assert place.poll() == 0
    assert place.follower.tell() == 0
    assert place.follow().tell() == 0, "also after a restart"
    assert written == []
    assert place.said() == 3


def test_several_requests_of_an_episode_stand_beside_each_other(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {1: 1})
    place.service.hold(asked(7), asked(8, requester="Bo"))
    place.poll()
    assert place.said() == 2
    place.service.hold(asked(8, requester="Bo", status=RequestStatus.DECLINED, updated_at=place.clock()))
    place.poll()
    assert place.requested(sonarr, 1) == {(1, 1)}
    place.service.hold(asked(7, status=RequestStatus.DECLINED, updated_at=place.clock()))
    place.poll()
    assert place.requested(sonarr, 1) == set()


def test_what_is_gone_is_only_told_by_a_whole_reading(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {1: 1})
    place.service.hold(asked(7), asked(8, tvdb=5, tmdb=6))
    place.poll()
    del place.service.held[7]
    place.poll()
    assert place.requested(sonarr, 1) == {(1, 1)}
    place.poll(whole=True)
    assert place.requested(sonarr, 1) == set()
    assert [card.state for card in place.cards()] == ["unlisted", "gone"]
    place.service.hold(asked(7))
    place.poll(whole=True)
    assert place.requested(sonarr, 1) == {(1, 1)}, "it was put back"


def test_an_empty_reading_is_doubted_twice(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {1: 1})
    place.service.hold(asked(7))
    place.poll()
    place.service.held.clear()
    for _ in range(2):
        place.poll(whole=True)
        assert place.requested(sonarr, 1) == {(1, 1)}
    place.poll(whole=True)
    assert place.requested(sonarr, 1) == set()


def test_a_season_taken_out_of_a_request_and_put_back(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {1: 1, 2: 1})
    place.service.hold(asked(7, (1, 2)))
    place.poll()
    for seasons in ((1,), (1, 2), (2,)):
        place.clock.forward(minutes=1)
        place.service.hold(asked(7, seasons, updated_at=place.clock()))
        place.poll()
        assert place.requested(sonarr, 1) == {(number, 1) for number in seasons}


def test_an_episode_that_comes_later_is_told_without_asking_the_service(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {1: 1})
    place.service.hold(asked(7))
    place.poll()
    place.follower.tell()
    place.shelve(sonarr, 1, {1: 3, 2: 1})
    assert place.follower.tell() == 2
    assert place.requested(sonarr, 1) == {(1, 1), (1, 2), (1, 3)}


def test_a_series_that_comes_later_is_found(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.service.titles[700] = Title("Nowhere Yet", 2025)
    place.service.hold(asked(7, tmdb=700))
    place.poll()
    (card,) = place.cards()
    assert (card.title, card.year, card.state, card.series_id) == ("Nowhere Yet", 2025, "unlisted", None)
    place.changed.clear()
    place.shelve(sonarr, 1, {1: 2})
    assert place.follower.tell() == 2
    (card,) = place.cards()
    assert place.changed == [card.id], "screens move"
    assert (card.title, card.state, card.words) == ("Show 1", "waiting", "0 of 2 available, 2 missing")


def test_what_is_granted_and_in_no_sonarr_is_awaited(place: Place, sonarr: ConnectionId) -> None:
    place.shelve(sonarr, 1, {1: 1})
    stands = {1: RequestStatus.APPROVED, 2: RequestStatus.PENDING, 3: RequestStatus.DECLINED}
    place.service.hold(*[asked(number, tvdb=9_000 + number, status=status) for number, status in stands.items()])
    place.service.hold(asked(4))
    place.poll()
    keys = [card.id for card in place.cards()]
    assert len(keys) == 4
    assert place.store.unlisted(keys)
    assert [place.store.place(key)[1] for key in keys if place.store.unlisted([key])] == [1]
    assert not place.store.unlisted([])


def test_a_name_is_asked_for_once_and_again_after_a_day_in_vain(place: Place) -> None:
    place.service.titles[1] = Title("One")
    place.service.hold(asked(7, tmdb=1), asked(8, tmdb=2), asked(9, tmdb=2))
    for _ in range(3):
        place.poll()
    assert sorted(place.service.looked) == [1, 2]
    place.clock.forward(days=2)
    place.poll()
    assert sorted(place.service.looked) == [1, 2, 2]


@pytest.mark.parametrize("named", [True, False])
def test_of_several_sonarrs_the_one_that_is_named_or_all(
    place: Place, sonarr: ConnectionId, other: ConnectionId, named: bool
) -> None:
    """R-D8: a request that went to one Sonarr is not one for the other."""
    place.addresses = {sonarr: "http://sonarr:8989", other: "http://sonarr4k:8989"}
    for one in (sonarr, other):
        place.shelve(one, 1, {1: 1})
    address = "http://sonarr4k:8989" if named else "http://somewhere:1"
    place.service.hold(asked(7, sonarr=SonarrPlace(address, 1)))
    place.poll()
    assert place.requested(other, 1) == {(1, 1)}
    assert place.requested(sonarr, 1) == (set() if named else {(1, 1)})


def test_ids_are_believed_in_their_order(place: Place, sonarr: ConnectionId, other: ConnectionId) -> None:
    """R-D8: TVDB, then TMDB, then the id of the very Sonarr."""
    place.addresses = {sonarr: "http://sonarr:8989"}
    place.shelve(sonarr, 1, {1: 1}, tvdbId=11, tmdbId=21)
    place.shelve(sonarr, 2, {1: 1}, tvdbId=12, tmdbId=22)
    place.shelve(other, 3, {1: 1}, tvdbId=13, tmdbId=0)
    place.service.hold(
        asked(1, tvdb=11, tmdb=22),
        asked(2, tvdb=99, tmdb=22),
        asked(3, tvdb=0, tmdb=0, sonarr=SonarrPlace("http://sonarr:8989", 2)),
        asked(4, tvdb=0, tmdb=0, sonarr=SonarrPlace("http://elsewhere:8989", 3)),
    )
    place.poll()
    of = {card.number: card.title for card in place.cards()}
    assert of == {1: "Show 1", 2: "Show 2", 3: "Show 2", 4: ""}


def test_a_request_found_to_be_about_another_series_withdraws_from_the_first(
    place: Place, sonarr: ConnectionId
) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {1: 1}, tvdbId=11)
    place.shelve(sonarr, 2, {1: 1}, tvdbId=12)
    place.service.hold(asked(7, tvdb=11))
    place.poll()
    assert (place.requested(sonarr, 1), place.requested(sonarr, 2)) == ({(1, 1)}, set())
    place.clock.forward(minutes=1)
    place.service.hold(asked(7, tvdb=12, updated_at=place.clock()))
    place.poll()
    assert (place.requested(sonarr, 1), place.requested(sonarr, 2)) == (set(), {(1, 1)})


def test_the_list_is_searched_filtered_and_paged(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    for number in range(1, 7):
        place.shelve(sonarr, number, {1: 1})
    place.service.hold(*(asked(number, tvdb=1000 + number, requester=f"U{number % 2}") for number in range(1, 6)))
    place.service.hold(asked(6, tvdb=1006, status=RequestStatus.PENDING), asked(9, tvdb=77))
    place.poll()
    for wanted in ({}, {"state": "waiting"}):
        numbers, cursor = [], None
        while True:
            page = place.overview.requests(RequestFilter(**wanted), 2, cursor)
            numbers += [card.number for card in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert numbers == ([5, 4, 3, 2, 1] if wanted else [9, 6, 5, 4, 3, 2, 1])
        assert page.total == len(numbers)
    assert [card.number for card in place.cards(search="show 3")] == [3]
    assert [card.number for card in place.cards(requester="U0")] == [4, 2]
    assert [card.number for card in place.cards(state="pending")] == [6]
    assert [card.number for card in place.cards(state="unlisted")] == [9]
    assert place.cards(state="available") == []
    assert place.overview.requesters() == ["Ada", "U0", "U1"]
    assert place.overview.films() == 3
    for cursor in ("nonsense", "W10", "WzEsMTAwMDAwMDAwMDAwMDAwMDAwMDAwXQ"):
        with pytest.raises(ValueError, match="cursor"):
            place.overview.requests(RequestFilter(), 2, cursor)


def test_one_request_with_its_episodes_and_its_story(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {1: 2, 2: 1})
    place.service.hold(asked(7, status=RequestStatus.PENDING))
    place.poll()
    (card,) = place.cards()
    detail = place.overview.request(card.id)
    assert [(row.season_number, row.episode_number) for row in detail.episodes] == [(1, 1), (1, 2)]
    assert {row.waiting_for for row in detail.episodes} == {"somebody to approve it in Seerr"}
    assert (detail.more_episodes, card.link) == (0, "http://here:1/tv/0")
    place.clock.forward(minutes=5)
    place.service.hold(asked(7, updated_at=place.clock(), modified_by="Root"))
    place.poll()
    facts = [
        Fact(EpisodeId(row.id), place.clock(), source("Sonarr", sonarr, "aa"), Grabbed("aa", "Pack"))
        for row in detail.episodes
    ]
    place.ledger.record(facts)
    story = place.overview.request_timeline(card.id, 2, None)
    assert [(entry.text, entry.detail) for entry in story.items] == [
        ("Requested", "Ada: season 1"),
        ("Approved", "by Root"),
    ]
    rest = place.overview.request_timeline(card.id, 2, story.next)
    assert [(entry.text, entry.detail) for entry in rest.items] == [("Grabbed: S01E01 to E02", "Pack")]
    assert place.overview.request(99_999) is None
    assert place.overview.request_timeline(99_999, 5, None).items == []


def test_a_decision_is_kept_at_once(place: Place, sonarr: ConnectionId) -> None:
    """R-D8."""
    place.shelve(sonarr, 1, {1: 1})
    place.service.hold(asked(7))
    place.poll()
    (card,) = place.cards()
    assert place.store.place(card.id) == (place.connection, 7)
    assert place.store.place(card.id + 1) is None
    place.changed.clear()

    async def decline(request):
        return asked(7, status=RequestStatus.DECLINED, updated_at=place.clock())

    place.service.approve = place.service.retry = place.service.decline = decline
    asyncio.run(place.follower.decide("decline", RequestNumber(7)))
    assert place.requested(sonarr, 1) == set()
    assert place.changed == [card.id]


def test_many_requests_are_told_in_bounded_parts(place: Place, sonarr: ConnectionId, monkeypatch) -> None:
    monkeypatch.setattr("episodarr.requests.follow._FACTS_AT_ONCE", 4)
    place.shelve(sonarr, 1, {1: 10})
    place.service.hold(asked(7))
    place.poll()
    assert len(place.requested(sonarr, 1)) == 10


def test_numbers_that_nobody_knows_are_kept(place: Place) -> None:
    """R-D8."""
    place.service.hold(
        asked(7, status=RequestStatus.OTHER, status_number=9, media_status=MediaStatus.OTHER, media_number=8)
    )
    place.poll()
    (card,) = place.cards()
    assert (card.status, card.status_number, card.media_status, card.media_number) == ("other", 9, "other", 8)


def test_a_page_that_comes_late_takes_no_decision_back(place: Place, sonarr: ConnectionId) -> None:
    """R-D8: asked for before somebody decided, answered after."""
    place.shelve(sonarr, 1, {1: 1})
    place.service.hold(asked(7, status=RequestStatus.PENDING))
    place.poll()
    (card,) = place.cards()
    late = Requests((asked(7, status=RequestStatus.PENDING),))
    decided = Requests((asked(7, updated_at=place.clock()),))
    for read in (decided, decided, late):
        place.store.take(place.connection, "Seerr", read, place.clock(), whole=False)
    assert place.cards()[0].status == "approved"
    story = place.overview.request_timeline(card.id, 10, None).items
    assert [entry.text for entry in story] == ["Requested", "Approved"]
    place.store.take(place.connection, "Seerr", late, place.clock(), whole=True)
    assert place.cards()[0].status == "pending", "but a whole reading is believed: a backup was brought back"
