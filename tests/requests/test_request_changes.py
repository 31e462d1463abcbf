"""What changes about a stored request, and what its log says of it (R-D8)."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from episodarr.database.request_changes import Held, changed_row, log_of, new_row
from episodarr.episode.facts import Requested, RequestPhase, decode
from episodarr.episode.identity import ConnectionId, Source
from episodarr.requests.follow import address_of
from episodarr.requests.model import (
    MediaRequest,
    MediaStatus,
    RequestNumber,
    RequestStatus,
    TmdbId,
    TvdbId,
    seasons_words,
)

START = datetime(2026, 1, 20, 12, tzinfo=UTC)
NOW = START + timedelta(hours=5)
ASKED = MediaRequest(
    RequestNumber(7),
    TmdbId(880),
    TvdbId(990),
    "Ada",
    (1, 2),
    False,
    RequestStatus.APPROVED,
    2,
    MediaStatus.PROCESSING,
    3,
    START,
    START + timedelta(minutes=1),
    "Root",
)


class Row:
    """A row of the table, as the database gives it back."""

    def __init__(self, values):
        self.__dict__.update(values | {"id": 1})


def held(request: MediaRequest = ASKED, **changed) -> Held:
    row = new_row(request, ConnectionId(5), Source("Seerr:5/7")) | changed
    return Held.of(Row(row), request.seasons or ())


def with_(**changed) -> MediaRequest:
    return msgspec.structs.replace(ASKED, **changed)


def said(row) -> RequestPhase:
    what = decode(row["said"])
    assert isinstance(what, Requested)
    return what.phase


def test_what_is_stored_is_what_was_read():
    assert held().request == ASKED
    everything = with_(seasons=None)
    assert held(everything).request == everything


def test_nothing_is_said_anew_when_only_the_belief_changes():
    row = changed_row(with_(media_status=MediaStatus.AVAILABLE, media_number=5), held(), NOW)
    assert row["said_at"] == START
    assert row["said"] == held().said


@pytest.mark.parametrize(
    ("status", "phase", "standing"),
    [
        (RequestStatus.DECLINED, RequestPhase.DECLINED, False),
        (RequestStatus.FAILED, RequestPhase.FAILED, True),
        (RequestStatus.PENDING, RequestPhase.PENDING, True),
    ],
)
def test_a_decision_is_a_later_word(status, phase, standing):
    later = with_(status=status, updated_at=START + timedelta(minutes=30))
    row = changed_row(later, held(), NOW)
    assert (said(row), row["standing"], row["said_at"]) == (phase, standing, later.updated_at)


def test_a_decision_within_the_same_second_is_still_a_later_word():
    row = changed_row(with_(status=RequestStatus.DECLINED, updated_at=START), held(), START)
    assert row["said_at"] > START


def test_other_seasons_are_a_later_word_of_the_same_kind():
    row = changed_row(with_(seasons=(1,)), held(), NOW)
    assert said(row) is RequestPhase.APPROVED
    assert row["said_at"] > START


def test_what_completes_is_not_said_anew():
    assert changed_row(with_(status=RequestStatus.COMPLETED), held(), NOW)["said_at"] == START


def test_a_new_name_of_the_requester_is_not_said_anew():
    row = changed_row(with_(requester="Ada Lovelace"), held(), NOW)
    assert (row["requester"], row["said_at"]) == ("Ada Lovelace", START)
    assert decode(row["said"]) == Requested("Ada")


def test_what_is_gone_withdraws_and_comes_back():
    row = changed_row(None, held(), NOW)
    assert (said(row), row["standing"], row["said_at"], row["gone_at"]) == (RequestPhase.GONE, False, NOW, NOW)
    again = changed_row(ASKED, held(**row), NOW + timedelta(hours=1))
    assert (said(again), again["standing"], again["gone_at"]) == (RequestPhase.APPROVED, True, None)
    assert again["said_at"] == NOW + timedelta(hours=1)


def words(request, before, now=NOW) -> list[tuple[str, str]]:
    return [(line[2], line[3]) for line in log_of(request, before, "Seerr", now)]


def test_the_log_of_a_new_request():
    assert words(ASKED, None) == [("Requested", "Ada: seasons 1, 2"), ("Approved", "by Root")]
    assert words(with_(status=RequestStatus.PENDING), None) == [("Requested", "Ada: seasons 1, 2")]


def test_the_log_of_changes():
    before = held(with_(status=RequestStatus.PENDING, modified_by=""))
    assert words(with_(status=RequestStatus.DECLINED), before) == [("Declined", "by Root")]
    assert words(with_(status=RequestStatus.OTHER, status_number=9, modified_by=""), before) == [
        ("In a state that is not known (number 9)", "")
    ]
    assert words(with_(seasons=(1, 2, 3)), held()) == [("Other seasons were asked for", "seasons 1–3")]
    believed = with_(media_status=MediaStatus.PARTIALLY_AVAILABLE, media_number=4)
    assert words(believed, held()) == [("Seerr calls the show partially available", "")]
    assert words(with_(media_status=MediaStatus.OTHER, media_number=6), held()) == [
        ("Seerr calls the show in a state that is not known (number 6)", "")
    ]
    assert words(with_(media_status=MediaStatus.UNKNOWN, media_number=1), held()) == []
    assert words(None, held()) == [("Seerr no longer has it", "")]
    assert words(ASKED, held(gone_at=NOW)) == [("Seerr has it again", "")]


@pytest.mark.parametrize(
    ("seasons", "expected"),
    [
        (None, "all seasons"),
        ((), "no season"),
        ((0,), "the specials"),
        ((3,), "season 3"),
        ((1, 2), "seasons 1, 2"),
        ((1, 2, 3, 4, 6), "seasons 1–4, 6"),
        ((0, 1), "season 1 and the specials"),
    ],
)
def test_seasons_in_words(seasons, expected):
    assert seasons_words(seasons) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://Sonarr:8989/series/x", "http://sonarr:8989"),
        ("https://tv.example.org/sonarr", "https://tv.example.org:443"),
        ("http://sonarr", "http://sonarr:80"),
        ("ftp://sonarr", ""),
        ("http://", ""),
        ("http://sonarr:port", ""),
        ("", ""),
    ],
)
def test_addresses_are_compared_in_one_spelling(url, expected):
    assert address_of(url) == expected
