"""The line in which shows wait to be read (R-M6), and what is prepared ahead (R-M7)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from episodarr.catalogue.ahead import Coming, Prepared, Traits, ahead
from episodarr.catalogue.in_line import Activity, Waiting, activity, due, in_line, of_one_round
from episodarr.episode.identity import SeriesId

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def show(number: int = 1, read: float | None = 24, **more) -> Waiting:
    return Waiting(SeriesId(number), number, f"Show {number}", None if read is None else NOW - read * HOUR, **more)


def test_watched_now_before_airing_before_opened_before_the_rest() -> None:
    """R-M6."""
    rest = show(1, 500)
    opened = show(2, 2, opened_at=NOW - timedelta(days=6))
    airing = show(3, 1, airs_at=NOW + timedelta(days=6), opened_at=NOW)
    playing = show(4, 0.5, playing=True)
    assert in_line([rest, opened, airing, playing], NOW) == [playing, airing, opened, rest]
    assert [activity(one, NOW) for one in (playing, airing, opened, rest)] == list(Activity)


def test_airing_this_week_ends_some_days_after_it_aired() -> None:
    """R-M6."""
    assert activity(show(airs_at=NOW - timedelta(days=2)), NOW) is Activity.AIRING
    assert activity(show(airs_at=NOW - timedelta(days=3)), NOW) is Activity.REST
    assert activity(show(airs_at=NOW + timedelta(days=8)), NOW) is Activity.REST
    assert activity(show(opened_at=NOW - timedelta(days=7)), NOW) is Activity.REST


def test_among_equals_what_was_never_read_then_what_was_read_longest_ago() -> None:
    """R-M6."""
    never, long_ago, lately = show(3, None), show(2, 50), show(1, 5)
    assert in_line([lately, long_ago, never], NOW) == [never, long_ago, lately]


def test_due_is_what_was_not_read_a_moment_ago_and_is_not_left_alone() -> None:
    """R-M6."""
    assert due(show(read=None), NOW, HOUR)
    assert due(show(read=1), NOW, HOUR)
    assert not due(show(read=0.9), NOW, HOUR)
    assert due(show(read=0.9, stale=True), NOW, HOUR), "it is known to have changed"
    assert not due(show(read=None, retry_at=NOW + HOUR), NOW, HOUR), "it failed a moment ago"
    assert due(show(read=5, retry_at=NOW), NOW, HOUR)


_instants = st.none() | st.floats(-400, 400).map(lambda hours: NOW + hours * HOUR)
_shows = st.lists(
    st.builds(
        Waiting,
        st.integers(1, 10**6).map(SeriesId),
        st.integers(1, 10**6),
        st.just("A show"),
        _instants,
        _instants,
        st.booleans(),
        _instants,
        _instants,
    ),
    max_size=30,
    unique_by=lambda one: one.id,
)


@given(_shows, st.randoms(use_true_random=False))
def test_the_line_has_everybody_once_in_one_order(shows: list[Waiting], dice) -> None:
    """R-M6."""
    line = in_line(shows, NOW)
    mixed = list(shows)
    dice.shuffle(mixed)
    assert in_line(mixed, NOW) == line
    assert sorted(one.id for one in line) == sorted(one.id for one in shows)
    kinds = [activity(one, NOW) for one in line]
    assert kinds == sorted(kinds), "nobody of a lesser activity stands before one of a higher"


@given(_shows, st.integers(1, 40))
def test_one_round_has_so_many_at_most_in_their_order(shows: list[Waiting], most: int) -> None:
    """R-M6."""
    line = in_line(shows, NOW)
    chosen = of_one_round(line, most)
    assert len(chosen) == min(most, len(line))
    assert chosen == [one for one in line if one in chosen]
    assert chosen[: most - most // 4] == line[: most - most // 4], "most places go by activity"


def test_whoever_is_at_the_end_gets_a_place_though_others_air_all_the_time() -> None:
    """R-M6: 300 shows that air are due again each round; the 100 others have had their turn after 40 rounds."""
    shows = {number: show(number, 50, airs_at=NOW if number <= 300 else None) for number in range(1, 401)}
    read: set[int] = set()
    for hour in range(40):
        at = NOW + hour * HOUR
        for one in of_one_round(in_line(shows.values(), NOW), 20):
            shows[one.id] = Waiting(one.id, one.id, one.title, at, airs_at=one.airs_at)
            read.add(one.id)
    assert read == set(range(1, 401))


def traits(number: int, *genres: str, type: str = "standard") -> Traits:  # noqa: A002  # as the field is called
    return Traits(SeriesId(number), f"Show {number}", type, frozenset(genres))


def test_the_next_season_first_then_shows_alike_the_latest_first() -> None:
    """R-M7."""
    dark = traits(1, "Drama", "Mystery", "Thriller")
    others = [traits(2, "Drama", "Mystery"), traits(3, "Drama", "Comedy"), traits(4, "Mystery", "Drama", "Horror")]
    found = ahead([Coming(SeriesId(9), 3)], [dark], others, 5)
    assert found == [
        Prepared(SeriesId(9), "season 3 comes next"),
        Prepared(SeriesId(4), "like Show 1 (Drama, Mystery)"),
        Prepared(SeriesId(2), "like Show 1 (Drama, Mystery)"),
    ]


def test_within_the_budget() -> None:
    """R-M7."""
    coming = [Coming(SeriesId(9), 3), Coming(SeriesId(8), 2)]
    others = [traits(number, "Drama", "Mystery") for number in range(20, 30)]
    assert [one.id for one in ahead(coming, [traits(1, "Drama", "Mystery")], others, 1)] == [8]
    assert [one.id for one in ahead(coming, [traits(1, "Drama", "Mystery")], others, 4)] == [8, 9, 29, 28]
    assert ahead(coming, [], others, 0) == []


def test_another_type_or_one_genre_is_not_alike() -> None:
    """R-M7."""
    followed = [traits(1, "Drama", "Mystery"), traits(5, "Drama", "Mystery")]
    others = [traits(2, "Drama", "Mystery", type="anime"), traits(3, "Drama"), traits(4)]
    assert ahead([], followed, others, 5) == []
