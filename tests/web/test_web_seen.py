"""Which seasons were watched is visible at a glance (R-W5)."""

from types import SimpleNamespace

import pytest

from episodarr.episode.state import State
from episodarr.web.show.seen import Seen, seen_by_season, seen_of, seen_words


@pytest.mark.parametrize(
    ("seasons", "words"),
    [
        ({}, ""),
        ({1: Seen(3, 3), 2: Seen(2, 2), 3: Seen(1, 1), 4: Seen(0, 5), 5: Seen(0, 4)}, "S01–S03 watched · S04–S05 not"),
        ({1: Seen(10, 10), 2: Seen(4, 12)}, "S01 watched · S02 4/12"),
        ({1: Seen(4, 12), 2: Seen(4, 12)}, "S01 4/12 · S02 4/12"),
        ({1: Seen(1, 1), 3: Seen(1, 1)}, "S01 watched · S03 watched"),
        ({0: Seen(0, 9), 1: Seen(1, 1)}, "S01 watched"),
        ({0: Seen(2, 9), 1: Seen(1, 1)}, "S01 watched · specials 2/9"),
        ({0: Seen(2, 2)}, "specials watched"),
    ],
)
def test_seasons_that_fared_alike_are_told_together(seasons, words):
    assert seen_words(seasons) == words


def test_only_what_is_here_counts():
    states = [State.WATCHED, State.AVAILABLE, State.LEAVING, State.MISSING, State.UNAIRED]
    rows = [SimpleNamespace(season_number=1, state=state) for state in states]
    assert seen_by_season(rows) == {1: Seen(1, 3)}
    assert seen_of({"watched": 1, "available": 1, "leaving": 1, "missing": 4}) == Seen(1, 3)


def test_the_library_and_the_show_say_it(stack, admin):
    text = admin.get("/").text
    assert "watched" in text
    show = admin.get("/shows/1").text
    assert 'href="/watching?series=1&amp;period=all"' in show
    assert "2 viewers" in show


def test_without_a_source_of_plays_nothing_is_said_of_watching(stack, admin):
    for connection in [view.id for view in stack.connections.views() if view.kind in {"jellyfin", "plex"}]:
        stack.connections._views.pop(connection)
    assert "seen-line" not in admin.get("/shows/1").text
    assert "show-seen" not in admin.get("/").text
