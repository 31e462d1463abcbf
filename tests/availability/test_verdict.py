"""What an item says about an episode, and when it is asked itself (R-D10). Pure."""

from datetime import timedelta

import pytest

from episodarr.availability.match import SoughtEpisode
from episodarr.availability.model import LibraryEpisode, LibraryItemId, Playability
from episodarr.availability.pauses import pause_after, pause_after_sweep, rest_after_sweep
from episodarr.availability.verdict import as_asked, as_listed, expected, in_doubt
from episodarr.episode.facts import InLibrary
from episodarr.episode.identity import EpisodeId

THERE = InLibrary(item_id="1", playable=True)
STUCK = InLibrary(item_id="1", playable=False, detail="no media source")


def test_a_virtual_item_is_no_item() -> None:
    held = LibraryEpisode(LibraryItemId("1"), has_source=True)
    virtual = LibraryEpisode(LibraryItemId("1"), virtual=True)
    assert as_listed(None) == as_listed(virtual) == InLibrary()
    assert as_listed(held) == THERE
    assert as_listed(LibraryEpisode(LibraryItemId("1"))) == STUCK


def test_the_items_own_answer() -> None:
    assert as_asked("1", None) == InLibrary()
    assert as_asked("1", Playability(True)) == THERE
    assert as_asked("1", Playability(False, "NotAllowed")) == InLibrary(item_id="1", detail="NotAllowed")


@pytest.mark.parametrize(
    ("what", "said", "asked"),
    [
        (THERE, None, "1"),
        (THERE, THERE, ""),
        (THERE, STUCK, "1"),
        (THERE, InLibrary(), "1"),
        (THERE, InLibrary(item_id="9", playable=True), "1"),
        (STUCK, THERE, ""),
        (InLibrary(), THERE, "1"),
        (InLibrary(), STUCK, "1"),
        (InLibrary(), InLibrary(), ""),
        (InLibrary(), None, ""),
    ],
)
def test_asked_is_what_a_listing_leaves_in_doubt(what: InLibrary, said: InLibrary | None, asked: str) -> None:
    assert in_doubt(what, said) == asked


def test_expected_is_what_has_a_file_or_was_listed() -> None:
    without = SoughtEpisode(EpisodeId(1), 1, 1, has_file=False)
    assert expected(SoughtEpisode(EpisodeId(1), 1, 1), None)
    assert expected(without, THERE)
    assert not expected(without, InLibrary())
    assert not expected(without, None)


def test_pauses_grow_and_end_at_half_an_hour() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, 40)]
    assert pauses[0] == timedelta(seconds=5)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=30)
    assert pause_after_sweep(0)[1] > pause_after(1), "what was imported long ago is in no hurry"
    assert pause_after_sweep(30) == (31, timedelta(minutes=30))


def test_the_whole_library_is_read_at_most_a_tenth_of_the_time() -> None:
    assert rest_after_sweep(timedelta(0)) == timedelta(seconds=30)
    assert rest_after_sweep(timedelta(minutes=2)) == timedelta(minutes=20)
