"""Archives, as the exports of services come, and as nobody should bring them."""

import io
import json
import struct
import zipfile

import pytest
from files import (
    NETFLIX,
    NETFLIX_FULL,
    TODAY,
    TV_TIME,
    TV_TIME_SEEN,
    YAMTRACK,
    events_of,
    read_somehow,
    reading_of,
    rows_of,
    skipped_of,
    zipped,
)
from hypothesis import given
from hypothesis import strategies as st
from test_documents import HISTORY, WATCHED

from episodarr.histories import read_archive
from episodarr.histories.model import Format, InvalidFile, ReadOptions


def test_netflix_exports_much_more_than_the_history() -> None:
    reading = reading_of(
        zipped(
            {
                "Cover sheet.pdf": b"%PDF-1.7",
                "CONTENT_INTERACTION/ViewingActivity.csv": NETFLIX_FULL,
                "CONTENT_INTERACTION/SearchHistory.csv": "Profile Name,Query\nAnn,dark\n",
                "PROFILES/Profiles.csv": "",
                "old/NetflixViewingHistory.csv": NETFLIX,
                "__MACOSX/._x.csv": b"\0\5\x16",
            }
        )
    )
    assert reading.format is Format.NETFLIX_FULL
    assert reading.members == ("CONTENT_INTERACTION/ViewingActivity.csv",)
    assert reading.evidence[0].startswith("1 of 4 files in the archive is read: CONTENT")
    first = next(iter(reading.events(ReadOptions(TODAY, profile="Ann"))))
    assert first.member == "CONTENT_INTERACTION/ViewingActivity.csv"


def test_trakts_pages_are_read_together_and_its_sums_are_not() -> None:
    body = zipped(
        {
            "trakt/watched-history-1.json": json.dumps(HISTORY),
            "trakt/watched-history-2.json": json.dumps(HISTORY[:1]),
            "trakt/watched-shows.json": json.dumps(WATCHED),
            "trakt/ratings-shows.json": json.dumps([{"rated_at": "x", "show": {}}]),
            "trakt/lists.json": "[]",
        }
    )
    assert reading_of(body).members == ("trakt/watched-history-1.json", "trakt/watched-history-2.json")
    assert reading_of(body).rows == 3
    assert len(rows_of(body)) == 3
    assert len(rows_of(zipped({"watched-shows.json": json.dumps(WATCHED)}))) == 2


def test_tv_times_files_tell_the_same_views() -> None:
    body = zipped({"seen_episode_source.csv": TV_TIME_SEEN, "tracking-prod-records-v2.csv": TV_TIME})
    titles = [(one.title, one.member) for one in rows_of(body)]
    assert titles.count(("Game of Thrones", "tracking-prod-records-v2.csv")) == 2
    assert ("Friends", "seen_episode_source.csv") in titles
    assert skipped_of(body)[2] == "tracking-prod-records-v2.csv has it, too: Game of Thrones"


def test_one_kind_of_several_is_read() -> None:
    assert reading_of(zipped({"a.csv": NETFLIX, "b.csv": YAMTRACK})).format is Format.YAMTRACK


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({}, "no CSV and no JSON"),
        ({"a.txt.exe": "x"}, "no CSV and no JSON"),
        ({"../a.csv": NETFLIX, "/b.csv": NETFLIX, "C:/c.csv": NETFLIX, ".d.csv": NETFLIX}, "no CSV and no JSON"),
        ({"xl/workbook.xml": "<x/>", "a.csv": NETFLIX}, "workbook"),
        ({"mimetype": "x", "content.xml": "<x/>"}, "workbook"),
        ({"a.csv": "Film,Seen on\nA,1/2/20\n"}, "Its one file is no viewing history"),
        ({"a.csv": b"x" * (40 << 20)}, "suspiciously large"),
    ],
)
def test_archives_of_which_nothing_is_read(members: dict[str, str | bytes], what: str) -> None:
    with pytest.raises(InvalidFile, match=what):
        reading_of(zipped(members))


def test_limits_of_archives(monkeypatch: pytest.MonkeyPatch) -> None:
    body = zipped({"a.csv": NETFLIX, "b.csv": NETFLIX})
    monkeypatch.setattr(read_archive, "LARGEST_TOTAL", 100)
    with pytest.raises(InvalidFile, match="would become more than"):
        reading_of(body)
    monkeypatch.setattr(read_archive, "MOST_MEMBERS", 1)
    with pytest.raises(InvalidFile, match="2 files; at most 1"):
        reading_of(body)


def flagged(body: bytes) -> bytes:
    """The archive with every file marked as encrypted."""
    made = bytearray(body)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = made.find(sign)
        while place >= 0:
            struct.pack_into("<H", made, place + at, 1)
            place = made.find(sign, place + 1)
    return bytes(made)


def test_encrypted_ones() -> None:
    with pytest.raises(InvalidFile, match="encrypted"):
        reading_of(flagged(zipped({"a.csv": NETFLIX})))


def test_broken_ones() -> None:
    body = zipped({"a.csv": NETFLIX * 50})
    for broken in (body[:40], body[: len(body) // 2], b"PK\x03\x04 nothing", b"PK\x05\x06"):
        with pytest.raises(InvalidFile, match="cannot be read"):
            reading_of(broken)
    damaged = bytearray(body)
    damaged[60:70] = b"\xff" * 10
    with pytest.raises(InvalidFile):
        reading_of(bytes(damaged))


def test_a_way_to_pack_that_nobody_knows() -> None:
    made = bytearray(zipped({"a.csv": NETFLIX}))
    for sign, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", made, made.find(sign) + at, 77)
    with pytest.raises(InvalidFile, match="Its one file is no viewing history"):
        reading_of(bytes(made))


def test_the_stream_stays_open() -> None:
    stream = io.BytesIO(zipped({"a.csv": NETFLIX}))
    with zipfile.ZipFile(stream):
        pass
    assert not stream.closed
    assert len(events_of(stream.getvalue())) == 3


@given(st.data())
def test_mutilated_archives_are_read_or_refused(data: st.DataObject) -> None:
    made = bytearray(zipped({"a.csv": NETFLIX, "b.json": json.dumps(HISTORY)}))
    for _ in range(data.draw(st.integers(1, 6))):
        made[data.draw(st.integers(4, len(made) - 1))] = data.draw(st.integers(0, 255))
    read_somehow(bytes(made))
