"""JSON of Trakt and Simkl."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from files import TODAY, bad_of, read_somehow, reading_of, rows_of, skipped_of
from hypothesis import given
from hypothesis import strategies as st

from episodarr.histories.formats import documents
from episodarr.histories.model import Format, HistoryRow, InvalidFile, RowKind

AT = "2024-09-10T13:52:56.000Z"
IDS = {"trakt": 2177, "slug": "south-park", "tvdb": 75897, "imdb": "tt0121955", "tmdb": 2190, "tvrage": None}
SHOW = {"title": "South Park", "year": 1997, "ids": IDS}
EPISODES = [{"number": 1, "plays": 2, "last_watched_at": AT}, {"number": 2, "plays": 1, "last_watched_at": None}]
WATCHED = [
    {"plays": 13, "last_watched_at": AT, "show": SHOW, "seasons": [{"number": 1, "episodes": EPISODES}]},
    {"plays": 1, "last_watched_at": AT, "movie": {"title": "Heat", "year": 1995, "ids": {"tmdb": 949}}},
]
HISTORY: list[dict[str, Any]] = [
    {
        "id": 1,
        "watched_at": AT,
        "action": "watch",
        "type": "episode",
        "show": SHOW,
        "episode": {"season": 1, "number": 3, "title": "Volcano", "ids": {"tmdb": 1}},
    },
    {"id": 2, "watched_at": AT, "action": "watch", "type": "movie", "movie": {"title": "Heat", "year": 1995}},
]
SIMKL = {
    "shows": [
        {
            "status": "watching",
            "show": {"title": "Example", "year": 2020, "ids": {"tmdb": "880001", "tvdb": "x", "imdb": "tt99"}},
            "seasons": [{"number": 1, "episodes": [{"number": 1, "watched_at": AT}, {"number": 2}]}],
        },
        {"status": "completed", "watched_episodes_count": 10, "show": {"title": "Done"}},
        {"status": "plantowatch", "show": {"title": "Later"}, "seasons": []},
    ],
    "anime": None,
    "movies": [
        {"movie": {"title": "Heat"}, "last_watched_at": AT},
        {"movie": {"title": "Never"}, "last_watched_at": None},
    ],
}


def text(value: object) -> str:
    return json.dumps(value)


def test_trakts_sums() -> None:
    reading = reading_of(text(WATCHED))
    assert (reading.format, reading.rows, reading.questions()) == (Format.TRAKT, 2, ())
    instant = datetime(2024, 9, 10, 13, 52, 56, tzinfo=UTC)
    assert rows_of(text(WATCHED)) == [
        HistoryRow(
            1,
            "South Park",
            date(2024, 9, 10),
            instant,
            RowKind.EPISODE,
            1,
            1,
            year=1997,
            tmdb_id=2190,
            tvdb_id=75897,
            imdb_id="tt0121955",
            plays=2,
        ),
        HistoryRow(2, "Heat", date(2024, 9, 10), instant, RowKind.FILM, year=1995),
    ]
    assert skipped_of(text(WATCHED)) == {1: "nobody noted when season 1, episode 2 of South Park was watched"}


def test_trakts_single_plays() -> None:
    episode, film = rows_of(text(HISTORY))
    assert (episode.season, episode.number, episode.episode_title, episode.tmdb_id) == (1, 3, "Volcano", 2190)
    assert film.kind is RowKind.FILM


def test_simkl() -> None:
    made = rows_of(text(SIMKL))
    assert [(one.title, one.number, one.tmdb_id, one.tvdb_id, one.kind) for one in made] == [
        ("Example", 1, 880001, 0, RowKind.EPISODE),
        ("Heat", None, 0, 0, RowKind.FILM),
    ]
    assert skipped_of(text(SIMKL)) == {
        1: "nobody noted when season 1, episode 2 of Example was watched",
        2: "it tells that 10 episodes were watched, not which: Done",
        3: "it tells no episode that was watched: Later",
        5: "not watched, or nobody noted when: Never",
    }


def test_entries_that_are_broken_cost_themselves_only() -> None:
    body = [
        *HISTORY,
        {"watched_at": 5},
        {"watched_at": AT},
        {"watched_at": AT, "show": SHOW, "episode": {"season": 1}},
        {"watched_at": "soon", "show": SHOW, "episode": {"season": 1, "number": 1}},
        {"watched_at": "2031-01-01T00:00:00Z", "movie": {"title": "Heat"}},
        {"watched_at": "1970-01-01T00:00:00Z", "movie": {"title": "Heat", "year": 5}},
        {"watched_at": AT, "movie": {"title": "Heat", "year": 5}, "plays": -3},
        7,
    ]
    bad = bad_of(text(body))
    assert sorted(bad) == [3, 4, 5, 6, 7, 8, 10]
    assert bad[4] == "The entry names no show and no film"
    assert bad[5] == "Season or episode of “South Park” is missing"
    assert bad[6].startswith("“soon” is no date")
    assert rows_of(text(body))[-1].plays == 1


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("[]", "no entries"),
        ("{}", "has nothing; of Simkl"),
        ('{"a": 1}', "has a; of Simkl"),
        ('{"shows": null}', "no entries"),
        ('{"shows": 3}', "cannot be read"),
        ("[{", "cannot be read"),
        ('[{"rated_at": "x", "movie": {}}]', "ratings"),
        ('[{"listed_at": "x", "movie": {}}]', "a list"),
        ('[{"name": "x"}]', "neither a show nor a movie"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_documents_of_which_nothing_can_be_read(body: str, what: str) -> None:
    with pytest.raises(InvalidFile, match=what):
        reading_of(body)


def test_a_document_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LARGEST", 100)
    with pytest.raises(InvalidFile, match="more than"):
        documents.open_document(text(WATCHED).encode())


def test_other_encodings() -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert len(rows_of(text(HISTORY).encode(encoding))) == 2


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just(AT)
keys = st.sampled_from(
    [
        "show",
        "movie",
        "episode",
        "seasons",
        "episodes",
        "number",
        "season",
        "watched_at",
        "title",
        "ids",
        "tmdb",
        "plays",
        "shows",
    ]
)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5), max_leaves=25
)


@given(values)
def test_any_json_is_read_or_refused(value: object) -> None:
    read_somehow(json.dumps(value).encode())
    read_somehow(json.dumps([*HISTORY, value]).encode())
    read_somehow(json.dumps({"shows": [value]}).encode())
    assert TODAY
