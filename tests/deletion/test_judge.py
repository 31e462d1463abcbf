"""Each condition and each safeguard: its three answers with their sentences, and what a rule makes of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_samples import NOW, holdings, knowns, rules

from episodarr.deletion.holding import Holding, Known, Level
from episodarr.deletion.judge import answer, judge, reason
from episodarr.deletion.rules import (
    Added,
    All,
    Answer,
    Condition,
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
    Outcome,
    RatedBelow,
    Requested,
    RequesterWatched,
    Rule,
    Safeguards,
    Tagged,
    UnwatchedFor,
    WatchedShare,
)

CALM = Safeguards(in_progress_days=0, next_up_days=0, requested_days=0, favourites=False, latest_season=False, tags=())
STALE = "Tautulli was last read 3 days ago"
DOUBTED = Known(plays=STALE)
SEERR = Known(requests="Seerr was last read 3 days ago")
CALLED = {"?": Answer.UNKNOWN, "+": Answer.YES, "-": Answer.NO}


def ago(days: float) -> object:
    return NOW - timedelta(days=days)


def thing(level: Level = Level.SHOW, **more: object) -> Holding:
    return replace(Holding(level, 1, connection_id=1), **more)


@pytest.mark.parametrize(
    ("condition", "holding", "known", "said"),
    [
        (Added(30), thing(), Known(), "? when it was added is not told"),
        (Added(30), thing(added_at=ago(30)), Known(), "+ added 30 days ago"),
        (Added(30), thing(added_at=ago(29.9)), Known(), "- added 29 days ago (wanted: 30 days ago)"),
        (Added(1), thing(added_at=ago(0)), Known(), "- added today (wanted: 1 day ago)"),
        (UnwatchedFor(9), thing(last_at=ago(1)), DOUBTED, "- last played yesterday, within 9 days"),
        (UnwatchedFor(9), thing(last_at=ago(2000)), Known(), "+ last played 2,000 days ago"),
        (UnwatchedFor(9), thing(), Known(), "+ never played"),
        (UnwatchedFor(9), thing(), DOUBTED, f"? never played, but {STALE}"),
        (NeverWatched(), thing(plays=1, last_at=ago(3)), DOUBTED, "- 1 play, the last 3 days ago"),
        (NeverWatched(), thing(plays=2), Known(), "- 2 plays"),
        (NeverWatched(), thing(), Known(), "+ never played"),
        (NeverWatched(), thing(), DOUBTED, f"? never played, but {STALE}"),
        (FewerPlays(2), thing(plays=2), DOUBTED, "- 2 plays (wanted: fewer than 2)"),
        (FewerPlays(2), thing(plays=1), Known(), "+ 1 play"),
        (FewerPlays(2), thing(plays=1), DOUBTED, f"? 1 play, but {STALE}"),
        (FewerViewers(3), thing(viewers=3), Known(), "- 3 viewers (wanted: fewer than 3)"),
        (FewerViewers(3), thing(), DOUBTED, f"? 0 viewers, but {STALE}"),
        (WatchedShare(50), thing(episodes=4, watched_episodes=2), DOUBTED, "+ 2 of 4 episodes watched to the end"),
        (WatchedShare(51), thing(episodes=4, watched_episodes=2), Known(), "- 2 of 4 episodes watched to the end"),
        (WatchedShare(9), thing(), DOUBTED, f"? 0 of 1 episode watched to the end, but {STALE}"),
        (WatchedShare(9), thing(Level.MOVIE, watched_episodes=1), Known(), "+ watched to the end"),
        (WatchedShare(9), thing(Level.MOVIE), Known(), "- not watched to the end"),
        (Larger(1024), thing(size=1024), Known(), "+ takes 1 KiB"),
        (Larger(5 * 2**30), thing(size=3 * 2**29), Known(), "- takes 1.5 GiB (wanted: 5.0 GiB)"),
        (Larger(2**62), thing(size=9), Known(), "- takes 9 bytes (wanted: 4096.0 PiB)"),
        (RatedBelow(6.5), thing(), Known(), "? nobody rated it"),
        (RatedBelow(6.5), thing(rating=6.4), Known(), "+ rated 6.4"),
        (RatedBelow(6.5), thing(rating=6.5), Known(), "- rated 6.5 (wanted: below 6.5)"),
        (Tagged("Keep"), thing(tags=None), Known(), "? its tags could not be read"),
        (Tagged("Keep"), thing(tags=frozenset({"keep"})), Known(), "+ tagged “Keep”"),
        (Tagged("Keep"), thing(), Known(), "- not tagged “Keep”"),
        (InFolder("/tv"), thing(root_folder="/tv/"), Known(), "+ in /tv"),
        (InFolder("/"), thing(root_folder="/tv/"), Known(), "- not in /"),
        (OfQuality("WEBDL"), thing(qualities=frozenset({"webdl"})), Known(), "+ of quality WEBDL"),
        (OfQuality("WEBDL"), thing(), Known(), "- not of quality WEBDL"),
        (OfStatus("Ended"), thing(status="ended"), Known(), "+ of status “Ended”"),
        (OfStatus("Ended"), thing(status="continuing"), Known(), "- not of status “Ended”"),
        (OfType("anime"), thing(series_type="anime"), Known(), "+ of type “anime”"),
        (OfType("anime"), thing(series_type="daily"), Known(), "- not of type “anime”"),
        (Monitored(), thing(), Known(), "? nothing says whether it is monitored"),
        (Monitored(), thing(monitored=True), Known(), "+ monitored"),
        (Monitored(), thing(monitored=False), Known(), "- not monitored"),
        (Requested(), thing(requested_at=ago(5)), SEERR, "+ requested 5 days ago"),
        (Requested(), thing(), SEERR, "? no request is known, but Seerr was last read 3 days ago"),
        (Requested(), thing(), Known(films="never read"), "- nobody requested it"),
        (Requested(), thing(Level.MOVIE), Known(), "- nobody requested it"),
        (RequesterWatched(), thing(), Known(), "? nobody is known to have requested it, or whether they watched it"),
        (RequesterWatched(), thing(requester_watched=True), DOUBTED, "+ watched by whoever requested it"),
        (RequesterWatched(), thing(requester_watched=False), Known(), "- not watched by whoever requested it"),
    ],
)
def test_what_a_condition_says(condition: Condition, holding: Holding, known: Known, said: str) -> None:
    found = reason(condition, holding, known, NOW)
    assert (found.answer, found.sentence) == (CALLED[said[0]], said[2:])


@pytest.mark.parametrize(
    ("holding", "known"),
    [
        (thing(requester_watched=False), DOUBTED),
        (thing(requester_watched=False), SEERR),
        (thing(requester_watched=True), SEERR),
    ],
)
def test_another_may_have_asked_and_a_play_may_not_be_read_yet(holding: Holding, known: Known) -> None:
    for condition in (RequesterWatched(), Not(RequesterWatched())):
        assert answer(condition, holding, known, NOW) is Answer.UNKNOWN
    assert "whoever requested it, but " in reason(RequesterWatched(), holding, known, NOW).sentence


def test_who_asked_for_movies_may_not_be_known() -> None:
    """Until requests for movies were read once, "nobody requested it" is not certain."""
    film = thing(Level.MOVIE)
    connected = Known(films="Seerr was never read to its end")
    assert reason(Requested(), film, connected, NOW).answer is Answer.UNKNOWN
    rule = Rule(Level.MOVIE, Larger(0), Safeguards(requested_days=30))
    verdict = judge(rule, film, connected, NOW)
    assert verdict.outcome is Outcome.UNKNOWN
    assert "Seerr was never read" in verdict.held_back[0].sentence
    assert (
        judge(Rule(Level.MOVIE, Larger(0), Safeguards(requested_days=0)), film, connected, NOW).outcome == "candidate"
    )
    assert judge(rule, film, Known(), NOW).outcome is Outcome.CANDIDATE


def safe(**more: object) -> Safeguards:
    return Safeguards(**({name: getattr(CALM, name) for name in CALM.__struct_fields__} | more))


@pytest.mark.parametrize(
    ("holding", "unless", "known", "said"),
    [
        (thing(protected=True), CALM, Known(), "+ somebody protected it, or a part of it"),
        (thing(Level.EPISODE, protected=True), CALM, Known(), "+ somebody protected it"),
        (thing(playing=True), CALM, Known(playing=STALE), "+ somebody is watching it now"),
        (thing(), CALM, Known(playing=STALE), f"? {STALE}"),
        (thing(arriving=1), CALM, Known(), "+ 1 episode of it on the way"),
        (thing(unread=True), CALM, Known(), "? it has news that were not read yet"),
        (thing(), CALM, Known(catalogue={1: "Sonarr was never read"}), "? Sonarr was never read"),
        (thing(in_progress_at=ago(6)), safe(in_progress_days=7), Known(), "+ somebody left off within it 6 days ago"),
        (
            thing(in_progress_at=ago(7)),
            safe(in_progress_days=7),
            Known(plays=STALE, has_sources=True),
            f"? whether anyone is within it: {STALE}",
        ),
        (
            thing(next_up_at=ago(0)),
            safe(next_up_days=7),
            Known(),
            "+ it is what somebody would watch next, after an episode watched today",
        ),
        (thing(requested_at=ago(6)), safe(requested_days=7), Known(), "+ requested 6 days ago"),
        (thing(), safe(requested_days=7), SEERR, f"? {SEERR.requests}"),
        (thing(favourite=True), safe(favourites=True), Known(), "+ somebody marked it as a favourite"),
        (
            thing(Level.SEASON, latest_season=True, status="continuing"),
            safe(latest_season=True),
            Known(),
            "+ the latest season of a show that goes on",
        ),
        (thing(tags=None), safe(tags=("keep",)), Known(), "? its tags could not be read"),
        (thing(tags=frozenset({"a", "keep"})), safe(tags=("Keep", "a", "b")), Known(), "+ tagged “a”, “keep”"),
        (thing(from_start=2), safe(keep_first=2), Known(), "+ one of the first 2 episodes"),
        (thing(from_end=1), safe(keep_last=1), Known(), "+ one of the last 1 episodes"),
        (thing(files=0), CALM, Known(), "+ nothing is left of it but episodes that stay"),
    ],
)
def test_what_holds_it_back(holding: Holding, unless: Safeguards, known: Known, said: str) -> None:
    verdict = judge(Rule(holding.level, Larger(0), unless), holding, known, NOW)
    (held,) = verdict.held_back
    assert (held.answer, held.sentence) == (CALLED[said[0]], said[2:])
    assert verdict.outcome is (Outcome.KEPT if said[0] == "+" else Outcome.UNKNOWN)


@pytest.mark.parametrize(
    ("holding", "unless"),
    [
        (thing(in_progress_at=ago(1), next_up_at=ago(1), requested_at=ago(1), favourite=True), CALM),
        (thing(in_progress_at=ago(7)), safe(in_progress_days=7)),
        (thing(Level.SEASON, latest_season=True, status="ended"), safe(latest_season=True)),
        (thing(tags=frozenset({"other"})), safe(tags=("keep",))),
        (thing(from_start=3, from_end=3), safe(keep_first=2, keep_last=2)),
    ],
)
def test_what_does_not(holding: Holding, unless: Safeguards) -> None:
    assert judge(Rule(holding.level, Larger(0), unless), holding, Known(), NOW).outcome is Outcome.CANDIDATE


def test_without_any_history_nobody_is_within_it_for_all_that_is_known() -> None:
    """Otherwise nothing could ever go where nothing tells of plays; conditions of plays stay unknown all the same."""
    unheard = Known(plays="no history of plays is connected", has_sources=False)
    rule = Rule(Level.SHOW, Larger(0), safe(in_progress_days=60))
    assert judge(rule, thing(), unheard, NOW).outcome is Outcome.CANDIDATE


def test_what_does_not_meet_the_conditions_is_not_held_back() -> None:
    rule = Rule(Level.SHOW, All((Larger(2), NeverWatched())), CALM)
    verdict = judge(rule, thing(size=1, protected=True), DOUBTED, NOW)
    assert verdict.outcome is Outcome.NO
    assert [one.answer for one in verdict.conditions] == [Answer.NO, Answer.UNKNOWN]
    assert [one.answer for one in verdict.held_back] == [Answer.YES]


@given(rule=rules, known=knowns, data=st.data())
def test_more_doubt_makes_no_candidate(rule: Rule, known: Known, data: st.DataObject) -> None:
    """D1: whatever cannot be asked, nothing becomes a candidate by it."""
    holding = data.draw(holdings(rule.level))
    doubted = replace(
        known, plays=STALE, has_sources=True, playing=STALE, requests=STALE, catalogue={1: STALE, 2: STALE}
    )
    assert judge(rule, holding, doubted, NOW).outcome is not Outcome.CANDIDATE
    unread = judge(rule, replace(holding, unread=True), known, NOW)
    assert unread.outcome is not Outcome.CANDIDATE
