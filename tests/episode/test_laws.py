"""Laws that hold for any facts in any order: property tests over whole lives."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tellings import (
    AIRED,
    CLIENT,
    GRAB,
    JELLYFIN,
    NOW,
    OTHER_CLIENT,
    OTHER_GRAB,
    OTHER_REQUEST,
    SEERR,
    SHOKO,
    SONARR,
    judged,
    told,
)

from episodarr.episode.evidence import Evidence
from episodarr.episode.facts import (
    Fact,
    Grabbed,
    GrabFailed,
    Imported,
    ImportPhase,
    ImportStatus,
    InLibrary,
    Leaving,
    Listed,
    Recognition,
    RecognitionPhase,
    Removed,
    Requested,
    RequestPhase,
    Transfer,
    TransferPhase,
    Watched,
    decode,
    encode,
    lasting,
)
from episodarr.episode.standing import assess

minutes = st.integers(0, 2000)
flags = st.booleans()
phases = st.sampled_from(TransferPhase)
import_phases = st.sampled_from(ImportPhase)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    grab, client, download = draw(st.sampled_from([(GRAB, CLIENT, "aa"), (OTHER_GRAB, OTHER_CLIENT, "bb")]))
    airs = draw(st.none() | minutes.map(lambda minute: told(minute, SONARR, AIRED).at))
    source, what = draw(
        st.sampled_from(
            [
                (SONARR, Listed(monitored=draw(flags), airs_at=airs)),
                (draw(st.sampled_from([SEERR, OTHER_REQUEST])), Requested("Ada", draw(st.sampled_from(RequestPhase)))),
                (grab, Grabbed(download, "Show", "qBittorrent")),
                (grab, GrabFailed(download, "no seeds")),
                (client, Transfer(download, draw(phases))),
                (grab, ImportStatus(download, draw(import_phases), "words")),
                (SONARR, Imported(draw(st.integers(1, 3)))),
                (SHOKO, Recognition(draw(st.sampled_from(RecognitionPhase)), 5)),
                (JELLYFIN, InLibrary("4f" if draw(flags) else "", playable=draw(flags))),
                (JELLYFIN, Watched(draw(st.integers(1, 3)))),
                (SONARR, Leaving(NOW if draw(flags) else None)),
                (SONARR, Removed("gone")),
            ]
        )
    )
    return told(draw(minutes), source, what)


lives = st.lists(facts(), max_size=14)


@given(lives, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_changes_the_standing(life: list[Fact], random) -> None:
    shuffled = list(life)
    random.shuffle(shuffled)
    assert judged(*shuffled) == judged(*life)


@given(lives, lives)
def test_repetition_never_changes_the_standing(life: list[Fact], more: list[Fact]) -> None:
    repeated = [fact for fact in [*life, *more] for _ in range(2)]
    assert judged(*repeated, *life) == judged(*life, *more)


@given(lives, st.integers(0, 14))
def test_loss_then_poll_never_changes_the_standing(life: list[Fact], lost: int) -> None:
    """What a lost webhook would have told comes with the next poll, late and out of order."""
    early, late = life[lost:], life[:lost]
    assert judged(*early, *late) == judged(*life)


@given(lives)
def test_facts_one_by_one_are_as_facts_at_once(life: list[Fact]) -> None:
    evidence, news = Evidence(), 0
    for fact in life:
        evidence, told_anew = evidence.with_facts([fact])
        news += len(told_anew)
    assert evidence == Evidence().with_facts(life)[0]
    assert news >= len(evidence)


@given(lives, lives)
def test_a_removal_starts_a_new_life(life: list[Fact], later: list[Fact]) -> None:
    """Whatever was before a removal: afterwards only the listing of it is left."""
    removal = told(2001, SONARR, Removed("gone"))
    later = [Fact(fact.about, fact.at + timedelta(minutes=2002), fact.source, fact.what) for fact in later]
    before = [fact for fact in life if lasting(fact.what)]
    now = NOW + timedelta(days=4)
    assert judged(*life, removal, *later, now=now) == judged(*before, removal, *later, now=now)


@given(lives)
def test_silence_changes_nothing(life: list[Fact]) -> None:
    """A service that cannot be asked reports nothing: the standing only depends on what was said, and on the clock."""
    evidence = Evidence().with_facts(life)[0]
    standing = assess(evidence, NOW)
    if standing.review_at is None:
        assert assess(evidence, NOW + timedelta(days=400)) == standing
    else:
        assert assess(evidence, standing.review_at - timedelta(microseconds=1)) == standing


@given(lives)
def test_a_repeat_of_what_is_held_is_recognised(life: list[Fact]) -> None:
    evidence = Evidence().with_facts(life)[0]
    counted = {(one.source, one.at, encode(one.what)) for one in evidence.of_this_life()}
    for fact in life:
        if (fact.source, fact.at, encode(fact.what)) in counted:
            later = Fact(fact.about, fact.at + timedelta(hours=1), fact.source, fact.what)
            assert evidence.repeats(later)


@given(facts())
def test_what_is_stored_is_what_was_said(fact: Fact) -> None:
    assert decode(encode(fact.what)) == fact.what


@given(lives, st.sampled_from([RequestPhase.DECLINED, RequestPhase.GONE]))
def test_a_withdrawn_request_is_as_one_that_never_was(life: list[Fact], phase: RequestPhase) -> None:
    """R-D8."""
    others = [fact for fact in life if fact.source != OTHER_REQUEST]
    asked, withdrawn = told(2001, OTHER_REQUEST, Requested("Bo")), told(2002, OTHER_REQUEST, Requested("Bo", phase))
    assert judged(*others, asked, withdrawn) == judged(*others)


def test_a_repeat_in_a_new_life_is_news() -> None:
    there = told(1, JELLYFIN, InLibrary("4f", playable=True))
    evidence = Evidence().with_facts([there, told(5, SONARR, Removed())])[0]
    assert not evidence.repeats(told(9, JELLYFIN, InLibrary("4f", playable=True)))
    assert not evidence.repeats(told(9, SONARR, Imported(1)))
    assert Evidence() != 1
