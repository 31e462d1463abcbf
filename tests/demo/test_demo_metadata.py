"""The demo's metadata services, and the viewing histories that it offers to import."""

import asyncio
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import episodarr.demo
from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack, living_world
from episodarr.histories.match import Ambiguous, Film, Match, Unmatched, hypotheses_of, match
from episodarr.histories.model import Columns, HistoryRow, ReadOptions
from episodarr.histories.read import open_history
from episodarr.histories.titles import search_terms, shows_by_company
from episodarr.integrations._http import make_session
from episodarr.integrations.tmdb import Tmdb
from episodarr.integrations.tvmaze import TVmaze

FOLDER = Path(episodarr.demo.__file__).parent / "histories"
TODAY = date(2026, 3, 4)
COLUMNS = Columns(date="Seen on", show="Show", season="Season", number="No.", episode_title="Episode", tvdb_id="TVDB")


def rows_of(name: str) -> list[HistoryRow]:
    with (FOLDER / name).open("rb") as stream:
        options = ReadOptions(TODAY, columns=COLUMNS if name == "watch-log.csv" else None)
        reading = open_history(stream, name, options)
        assert reading.questions() == ()
        events = list(reading.events())
    assert all(isinstance(event, HistoryRow) for event in events)
    return events


async def matched(name: str, service: str, language: str = "") -> list[tuple[HistoryRow, object]]:
    """Every row of a file with what it means to one service."""
    rows = rows_of(name)
    company = shows_by_company(row.title for row in rows)
    stack = Stack(living_world(ManualClock()))
    await stack.start()
    found: list[tuple[HistoryRow, object]] = []
    try:
        async with make_session() as session:
            source = (
                Tmdb("TMDB", stack.tmdb.url, stack.tmdb.api_key, session)
                if service == "tmdb"
                else TVmaze("TVmaze", stack.tvmaze.url, session)
            )
            shows: dict[str, list[object]] = {}
            for row in rows:
                for term in search_terms(row.title, is_episode=row.number is not None, company=company):
                    if term not in shows:
                        hits = await source.search_shows(term, language=language)
                        shows[term] = [await source.show(hit.ref.id, language=language) for hit in hits[:3]]
                known = [
                    show
                    for term in search_terms(row.title, is_episode=row.number is not None, company=company)
                    for show in shows[term]
                ]
                found.append((row, match(row, hypotheses_of(row, company), known, TODAY)))
    finally:
        await stack.stop()
    return found


@pytest.mark.parametrize("service", ["tmdb", "tvmaze"])
def test_the_history_of_netflix_is_understood(service: str) -> None:
    found = asyncio.run(matched("netflix.csv", service))
    kinds = Counter(type(result) for _, result in found)
    assert len(found) >= 120
    assert kinds[Match] >= 100
    films = {row.title for row, result in found if isinstance(result, Film)}
    assert {"Heat", "Dune: Part Two", "Mad Max: Fury Road"} <= films
    ambiguous = {row.title for row, result in found if isinstance(result, Ambiguous)}
    assert "Night Desk: Season 1: Episode 3" in ambiguous
    unmatched = {row.title for row, result in found if isinstance(result, Unmatched)}
    assert "Quiet Rivers: Season 1: The Bend" in unmatched
    shows = {result.title for _, result in found if isinstance(result, Match)}
    assert {"Breaking Bad", "Frieren: Beyond Journey's End", "Kestrel House: Nightfall", "Grim Parish"} <= shows
    of_spies = [r for row, r in found if row.title.startswith("Spy x Family") and isinstance(r, Match)]
    assert len(of_spies) >= 4  # its invented titles are not all different
    # TMDB has one season of it.
    assert {result.season for result in of_spies} == ({1} if service == "tmdb" else {2})


def test_a_history_in_german_is_understood() -> None:
    found = asyncio.run(matched("netflix-de.csv", "tmdb", "de-DE"))
    seen = Counter(result.title for _, result in found if isinstance(result, Match))
    assert seen["Das Leuchtfeuer"] == 9
    assert seen["Der Tresor"] == 3
    assert seen["Dr. House"] >= 5  # two of its invented titles are the same


def test_any_table_is_understood_by_its_columns() -> None:
    found = asyncio.run(matched("watch-log.csv", "tmdb"))
    assert [row.title for row, result in found if not isinstance(result, Match)] == []
    assert len(found) == 41


def test_the_invented_shows_are_the_same_every_time() -> None:
    one, other = Stack(living_world(ManualClock())).metadata, Stack(living_world(ManualClock())).metadata
    assert [show.episodes() for show in one.shows()] == [show.episodes() for show in other.shows()]
    ids = [(show.tmdb_id, show.tvmaze_id, show.tvdb_id, show.imdb_id) for show in one.shows()]
    assert all(len({each[place] for each in ids}) == len(ids) for place in range(4))


def test_search_comes_in_pages() -> None:
    async def story() -> None:
        stack = Stack(living_world(ManualClock()))
        for number in range(45):
            stack.world.add_series(f"Many Winds {number}")
        await stack.start()
        try:
            async with make_session() as session:
                pages = []
                for page in (1, 2, 3, 4):
                    asked = {"query": "many winds", "page": page, "api_key": stack.tmdb.api_key}
                    async with session.get(f"{stack.tmdb.url}/3/search/tv", params=asked) as answer:
                        pages.append(await answer.json())
        finally:
            await stack.stop()
        assert [len(page["results"]) for page in pages] == [20, 20, 5, 0]
        assert {(page["total_pages"], page["total_results"]) for page in pages} == {(3, 45)}
        assert len({one["id"] for page in pages for one in page["results"]}) == 45

    asyncio.run(story())


def test_it_may_be_asked_only_so_often() -> None:
    async def story() -> None:
        stack = Stack(living_world(ManualClock()))
        await stack.start()
        stack.tvmaze.most, stack.tvmaze.window = 3, 60
        try:
            async with make_session() as session:
                told = []
                for _ in range(5):
                    async with session.get(f"{stack.tvmaze.url}/shows/1") as answer:
                        told.append((answer.status, answer.headers.get("Retry-After")))
        finally:
            await stack.stop()
        assert told == [(200, None)] * 3 + [(429, "60")] * 2

    asyncio.run(story())
