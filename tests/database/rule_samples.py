"""Rules and holdings of every kind, for property tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from episodarr.deletion.holding import Holding, Known, Level
from episodarr.deletion.rules import (
    Added,
    All,
    AnyOf,
    FewerPlays,
    FewerViewers,
    InFolder,
    Larger,
    Monitored,
    NeverWatched,
    Not,
    OfQuality,
    OfStatus,
    OfType,
    RatedBelow,
    Requested,
    RequesterWatched,
    Rule,
    Safeguards,
    Tagged,
    UnwatchedFor,
    WatchedShare,
)

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)

_days = st.sampled_from([0, 1, 7, 30, 36_500])
_few = st.integers(0, 4)
_tags = st.sampled_from(["keep", "anime", "50%", "a_b", "K\u00e9ep"])
_qualities = st.sampled_from(["webdl-1080p", "bluray-2160p", "web%"])
_folders = st.sampled_from(["/tv", "/tv/", "/anime", "D:\\tv"])
_statuses = st.sampled_from(["ended", "continuing", "Ended"])
_types = st.sampled_from(["standard", "anime"])

conditions = st.one_of(
    st.builds(Added, _days),
    st.builds(UnwatchedFor, _days),
    st.just(NeverWatched()),
    st.builds(FewerPlays, _few),
    st.builds(FewerViewers, _few),
    st.builds(WatchedShare, st.sampled_from([0, 50, 100])),
    st.builds(Larger, st.sampled_from([0, 1000, 10**12])),
    st.builds(RatedBelow, st.sampled_from([0.0, 6.5, 10.0])),
    st.builds(Tagged, _tags),
    st.builds(InFolder, _folders),
    st.builds(OfQuality, _qualities),
    st.builds(OfStatus, _statuses),
    st.builds(OfType, _types),
    st.just(Monitored()),
    st.just(Requested()),
    st.just(RequesterWatched()),
)


def _group(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.one_of(st.builds(All, several), st.builds(AnyOf, several), st.builds(Not, parts))


trees = st.one_of(conditions, st.recursive(conditions, _group, max_leaves=6))
safeguards = st.builds(
    Safeguards,
    keep_first=st.sampled_from([0, 1, 3]),
    keep_last=st.sampled_from([0, 2]),
    in_progress_days=_days,
    next_up_days=_days,
    requested_days=_days,
    favourites=st.booleans(),
    latest_season=st.booleans(),
    tags=st.sampled_from([(), ("keep",), ("KEEP", "a_b")]),
)
rules = st.builds(Rule, level=st.sampled_from(Level), when=trees, unless=safeguards)

_instants = st.one_of(
    st.none(), st.sampled_from([0, 1, 6, 8, 29, 31, 400]).map(lambda days: NOW - timedelta(days=days))
)
_some = st.sampled_from(["", "", "", "Tautulli was last read 3 days ago"])
knowns = st.builds(
    Known,
    plays=_some,
    has_sources=st.booleans(),
    playing=_some,
    requests=_some,
    films=_some,
    catalogue=st.sampled_from([{}, {}, {1: "Sonarr was last read 2 days ago"}]),
)
_truths = st.sampled_from([None, True, False])
_LOUD = ("favourite", "arriving", "tags", "latest_season", "rank", "protected", "playing", "unread", "in_progress_at")
_LOUDER = ("next_up_at", "requested_at", "files")


@st.composite
def holdings(draw: st.DrawFn, level: Level) -> Holding:
    """A holding as a level can have it. Mostly one thing at most holds it back, so that each is seen to decide."""
    loud = {draw(st.sampled_from(["", *_LOUD, *_LOUDER]))} if draw(st.integers(0, 4)) else {*_LOUD, *_LOUDER}

    def drawn(name: str, values: st.SearchStrategy[Any], quiet: Any) -> Any:
        return draw(values) if name in loud else quiet

    episodes = 1 if level is Level.MOVIE else draw(st.integers(1, 4))
    file = level is Level.EPISODE
    rank = draw(st.sampled_from([None, 1, 2, 4])) if file and "rank" in loud else None
    tags = st.one_of(st.none(), st.frozensets(_tags.map(str.lower), max_size=2))
    return Holding(
        level,
        1,
        connection_id=draw(st.sampled_from([1, 2])),
        files=1 if file else drawn("files", st.sampled_from([0, 1]), 4),
        size=draw(st.sampled_from([10, 1000, 10**10])),
        added_at=draw(_instants),
        episodes=episodes,
        watched_episodes=draw(st.integers(0, episodes)),
        plays=draw(st.integers(0, 4)),
        viewers=draw(st.integers(0, 4)),
        last_at=draw(_instants),
        in_progress_at=drawn("in_progress_at", _instants, None),
        next_up_at=drawn("next_up_at", _instants, None),
        favourite=drawn("favourite", st.booleans(), False),
        requested_at=drawn("requested_at", _instants, None),
        requester_watched=draw(_truths),
        arriving=drawn("arriving", st.sampled_from([0, 1, 2]), 0),
        monitored=draw(_truths),
        status=draw(_statuses).lower(),
        series_type=draw(_types),
        root_folder=draw(_folders),
        tags=drawn("tags", tags, frozenset({"anime", "50%"})),
        rating=draw(st.sampled_from([None, 5.0, 6.5, 9.9])),
        qualities=draw(st.frozensets(_qualities, max_size=2)),
        latest_season=draw(st.booleans())
        if level in (Level.SEASON, Level.EPISODE) and "latest_season" in loud
        else False,
        from_start=rank,
        from_end=None if rank is None else draw(st.sampled_from([1, 3])),
        protected=drawn("protected", st.booleans(), False),
        playing=drawn("playing", st.booleans(), False),
        unread=drawn("unread", st.booleans(), False),
    )
