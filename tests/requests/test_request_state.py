"""What has become of a request, from the standings of its episodes alone (R-D8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.episode.state import PLAYABLE, State
from episodarr.overview.request_state import Asked, RequestState, judge, numbers_of
from episodarr.requests.model import MediaStatus, RequestStatus

OK = RequestStatus.APPROVED
BUSY = MediaStatus.PROCESSING

CASES = {
    "gone": (Asked("Seerr", OK, BUSY, gone=True), {"available": 3}, "gone", "Seerr no longer has this request", ""),
    "declined": (Asked("Seerr", RequestStatus.DECLINED, BUSY), {"missing": 3}, "declined", "Declined in Seerr", ""),
    "pending": (
        Asked("Seerr", RequestStatus.PENDING, MediaStatus.PENDING),
        {"requested": 3},
        "pending",
        "Waiting for somebody to approve it in Seerr",
        "",
    ),
    "pending, partly here": (
        Asked("Seerr", RequestStatus.PENDING, MediaStatus.PARTIALLY_AVAILABLE),
        {"requested": 1, "watched": 2},
        "pending",
        "Waiting for somebody to approve it in Seerr; 2 of 3 available, 1 missing",
        "",
    ),
    "failed": (
        Asked("Jellyseerr", RequestStatus.FAILED, BUSY),
        {"requested": 3},
        "failed",
        "Jellyseerr could not hand it on to Sonarr",
        "",
    ),
    "failed, partly here": (
        Asked("Seerr", RequestStatus.FAILED, BUSY),
        {"requested": 1, "available": 1},
        "failed",
        "Seerr could not hand it on to Sonarr; 1 of 2 available, 1 missing",
        "",
    ),
    "not in Sonarr": (Asked("Seerr", OK, BUSY, listed=False), {}, "unlisted", "Sonarr does not list it yet", ""),
    "no episodes": (Asked("Seerr", OK, BUSY), {}, "unlisted", "Sonarr lists no episodes of it yet", ""),
    "not aired": (Asked("Seerr", OK, BUSY), {"unaired": 8}, "unaired", "None of its 8 episodes has aired yet", ""),
    "one, not aired": (Asked("Seerr", OK, BUSY), {"unaired": 1}, "unaired", "It has not aired yet", ""),
    "nothing here": (Asked("Seerr", OK, BUSY), {"requested": 2}, "waiting", "0 of 2 available, 2 missing", ""),
    "on the way": (
        Asked("Seerr", OK, BUSY),
        {"downloading": 1, "imported": 1, "missing": 1, "unmonitored": 1},
        "arriving",
        "0 of 4 available, 1 on the way, 1 imported, 1 missing, 1 unmonitored",
        "",
    ),
    "imported only": (Asked("Seerr", OK, BUSY), {"imported": 2}, "arriving", "0 of 2 available, 2 imported", ""),
    "partly": (
        Asked("Seerr", OK, MediaStatus.PARTIALLY_AVAILABLE),
        {"available": 8, "downloading": 3, "missing": 2},
        "partially_available",
        "8 of 13 available, 3 on the way, 2 missing",
        "",
    ),
    "all": (Asked("Seerr", OK, MediaStatus.AVAILABLE), {"available": 13}, "available", "All 13 available", ""),
    "one of one": (Asked("Seerr", OK, MediaStatus.AVAILABLE), {"leaving": 1}, "available", "1 of 1 available", ""),
    "all that aired": (
        Asked("Seerr", OK, MediaStatus.PARTIALLY_AVAILABLE),
        {"available": 6, "unaired": 4},
        "available",
        "6 of 10 available, 4 not aired yet",
        "",
    ),
    "Seerr says available": (
        Asked("Seerr", OK, MediaStatus.AVAILABLE),
        {"available": 4, "missing": 2},
        "partially_available",
        "4 of 6 available, 2 missing",
        "Seerr says available, but 2 episodes are not in the library",
    ),
    "Seerr says completed": (
        Asked("Seerr", RequestStatus.COMPLETED, MediaStatus.AVAILABLE),
        {"available": 4, "missing": 1, "imported": 1},
        "partially_available",
        "4 of 6 available, 1 imported, 1 missing",
        "Seerr calls it completed, but 1 episode is not in the library",
    ),
    "Seerr says deleted": (
        Asked("Seerr", OK, MediaStatus.DELETED),
        {"available": 4},
        "available",
        "All 4 available",
        "Seerr says deleted, but 4 episodes are in the library",
    ),
    "Seerr has not noticed": (
        Asked("Overseerr", OK, BUSY),
        {"available": 4},
        "available",
        "All 4 available",
        "Overseerr has not noticed yet that it is available",
    ),
    "an unknown number": (
        Asked("Seerr", RequestStatus.OTHER, MediaStatus.OTHER),
        {"missing": 1},
        "waiting",
        "0 of 1 available, 1 missing",
        "",
    ),
}


@pytest.mark.parametrize(("asked", "states", "state", "words", "disagreement"), CASES.values(), ids=CASES)
def test_a_request_is_what_its_episodes_are(asked, states, state, words, disagreement):
    verdict = judge(asked, states)
    assert (verdict.state, verdict.words, verdict.disagreement) == (state, words, disagreement)


counts = st.dictionaries(st.sampled_from([state.value for state in State]), st.integers(0, 30))
asked = st.builds(
    Asked, st.just("Seerr"), st.sampled_from(RequestStatus), st.sampled_from(MediaStatus), st.booleans(), st.booleans()
)


@given(asked, counts)
def test_it_is_never_available_while_an_aired_episode_is_not(asked: Asked, states: dict[str, int]) -> None:
    """R-D8."""
    verdict = judge(asked, states)
    here = sum(states.get(state, 0) for state in PLAYABLE)
    aired = sum(states.values()) - states.get("unaired", 0)
    if verdict.state is RequestState.AVAILABLE:
        assert here == aired > 0
    if verdict.state is RequestState.PARTIALLY_AVAILABLE:
        assert 0 < here < aired


@given(counts)
def test_every_episode_is_counted_once(states: dict[str, int]) -> None:
    numbers = numbers_of(states)
    assert sum(numbers[1:]) == numbers.all == sum(states.values())
    assert min(numbers) >= 0
