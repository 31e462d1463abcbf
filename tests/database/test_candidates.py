"""What lies in the library is summed up right, and rules find it; on both databases."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from answers import episode, file
from candidate_house import ADA, BEN, CALM, GB, House, named, rule
from hand import Hand
from sqlalchemy import insert, select

from episodarr.database.engine import Database
from episodarr.database.schema import episode_files
from episodarr.database.schema import episodes as episode_table
from episodarr.database.schema_deletion import held_files, held_seasons, held_series, held_waiting
from episodarr.database.watching_states import StoredPlayStates
from episodarr.deletion.holding import Level
from episodarr.deletion.model import About, Question, Reading, Sort, Target
from episodarr.deletion.propose import Refused
from episodarr.deletion.rules import (
    Added,
    All,
    InvalidRule,
    Larger,
    NeverWatched,
    OfQuality,
    Outcome,
    Rule,
    Safeguards,
    Tagged,
    UnwatchedFor,
)
from episodarr.episode.identity import ConnectionId
from episodarr.watching.model import ItemKind, PlayedItem, PlayState


@pytest.fixture
def house(database: Database, clock: Hand, sonarr: ConnectionId) -> House:
    return House(database, clock, sonarr)


def test_by_show_season_and_episode(house: House) -> None:
    """R-W4, R-W5: "S01 watched, S02 not" is found by season."""
    house.show(1, {(1, 1): GB, (1, 2): 2 * GB, (2, 1): 4 * GB})
    house.show(2, {(1, 1): GB}, age=5)
    for place in (1, 2):
        house.watch(1, 1, place, ago=10)
    old = (Added(30), UnwatchedFor(30))
    assert house.found(rule(Level.SHOW, *old)) == []
    assert house.found(rule(Level.SHOW, Added(30), UnwatchedFor(9))) == ["Show 1"]
    assert house.found(rule(Level.SEASON, *old)) == ["Show 1 S2"]
    assert house.found(rule(Level.EPISODE, *old)) == ["Show 1 S2E1"]
    assert house.totals(rule(Level.EPISODE, *old)) == {"candidate": (1, 1, 4 * GB), "no": (3, 3, 4 * GB)}


def test_a_file_of_two_episodes_is_one_thing(house: House) -> None:
    """D15: it can only go if both may."""
    house.show(1, {(1, 3): GB})
    rows = [episode(place, id_=10_100 + place, file=7) for place in (1, 2)]
    house.read(1, rows, [file(7, 3 * GB)])
    assert house.found(rule(Level.EPISODE, NeverWatched())) == ["Show 1 S1E1E2"]
    assert house.totals(rule(Level.SHOW, NeverWatched())) == {"candidate": (1, 1, 3 * GB)}
    house.watch(1, 1, 2, ago=1)
    assert house.found(rule(Level.EPISODE, NeverWatched())) == []


def test_nothing_is_concluded_from_old_histories(house: House) -> None:
    """R-W6: stale plays make "nobody watched it" unknown, while "somebody did" stays certain."""
    house.show(1, {(1, 1): GB})
    house.show(2, {(1, 1): GB})
    house.watch(2, 1, 1, ago=1)
    unwatched = rule(Level.SHOW, UnwatchedFor(30))
    assert house.found(unwatched) == ["Show 1"]
    house.clock.forward(hours=2)
    told = house.propose.preview(unwatched, Question(outcome=Outcome.UNKNOWN))
    assert [named(one.held) for one in told.items] == ["Show 1"]
    assert told.known.plays == "Tautulli was last read 2 hours ago"
    assert told.totals[Outcome.CANDIDATE].count == 0
    assert told.totals[Outcome.NO].count == 1
    house.fresh()
    house.readings_now[2] = Reading(About.CATALOGUE, house.sonarr, "Sonarr", None, 3600)
    assert house.totals(unwatched).keys() == {"unknown", "no"}
    assert house.totals(rule(Level.SHOW, Larger(1))) == {"unknown": (2, 2, 2 * GB)}


def test_without_any_history_only_other_conditions_count(house: House) -> None:
    house.show(1, {(1, 1): GB})
    house.readings_now = house.readings_now[2:]
    assert house.totals(rule(Level.SHOW, NeverWatched())).keys() == {"unknown"}
    assert house.found(Rule(Level.SHOW, Larger(1))) == ["Show 1"]


def test_news_that_were_not_read_yet_hold_back(house: House) -> None:
    house.show(1, {(1, 1): GB})
    large = rule(Level.SHOW, Larger(1))
    assert house.found(large) == ["Show 1"]
    house.catalogue.mark_stale(house.sonarr, [1])
    assert house.found(large) == []
    assert house.found(large, outcome=Outcome.UNKNOWN) == ["Show 1"]
    house.catalogue.note_read([house.catalogue.known_series(house.sonarr)[1].id], house.clock())
    assert house.found(large) == ["Show 1"]
    house.catalogue.note_failure(house.catalogue.known_series(house.sonarr)[1].id, "unreadable", house.clock())
    assert house.found(large, outcome=Outcome.UNKNOWN) == ["Show 1"]


def test_what_is_left_off_within_and_what_comes_next(house: House) -> None:
    """D17, for each person by themselves."""
    house.show(1, {(1, place): GB for place in range(1, 6)})
    house.watch(1, 1, 1, ago=3)
    house.watch(1, 1, 2, ago=2)
    house.watch(1, 1, 4, ago=40, by=BEN)
    house.watch(1, 1, 1, ago=50, by=BEN, whole=False)
    safe = Safeguards(in_progress_days=60, next_up_days=10, requested_days=0, latest_season=False, tags=())
    held = house.propose.preview(rule(Level.EPISODE, Larger(1), unless=safe), Question(outcome=Outcome.KEPT))
    assert {named(one.held): one.verdict.held_back[0].sentence for one in held.items} == {
        "Show 1 S1E1": "somebody left off within it 50 days ago",
        "Show 1 S1E3": "it is what somebody would watch next, after an episode watched 2 days ago",
    }
    assert house.found(rule(Level.SHOW, Larger(1), unless=safe), outcome=Outcome.KEPT) == ["Show 1"]


def test_what_a_media_server_says_is_begun_or_a_favourite_stays(house: House) -> None:
    """Also when only that changes, which no sum of plays shows."""
    house.show(1, {(1, 1): GB, (1, 2): GB})
    states = StoredPlayStates(house.database, house.plays.register)
    safe = msgspec.structs.replace(CALM, in_progress_days=60)
    large = rule(Level.EPISODE, Larger(1), unless=safe)

    def tell(**what: Any) -> list[str]:
        at = house.clock() - timedelta(days=9)
        of = PlayedItem(ItemKind.EPISODE, "k", "s", "episode/tvdb://7", "Show 1", 1, 1, lasting_key=True)
        one = PlayState(of, plays=1, last_at=at, **what)
        states.take_states(house.tautulli, ADA, [one], house.clock(), whole=True)
        house.plays.match(house.tautulli)
        house.plays.settle(house.tautulli)
        return house.found(large)

    assert tell(played=True) == ["Show 1 S1E2", "Show 1 S1E1"]
    assert tell(played=True, favourite=True) == ["Show 1 S1E2"]
    assert tell(played=True) == ["Show 1 S1E2", "Show 1 S1E1"]
    assert tell(position_seconds=600) == ["Show 1 S1E2"]


def test_the_first_and_last_episodes_stay(house: House) -> None:
    """Keep-first-N, keep-last-N; at the level of shows and seasons they are taken off the bytes."""
    house.show(1, {(0, 1): GB, **{(season, place): GB for season in (1, 2) for place in (1, 2, 3)}})
    house.show(2, {(1, 1): 9 * GB})
    keep = Safeguards(
        **{name: getattr(CALM, name) for name in CALM.__struct_fields__} | {"keep_first": 2, "keep_last": 1}
    )
    assert house.found(rule(Level.EPISODE, Larger(1), unless=keep), sort=Sort.TITLE, descending=False) == [
        "Show 1 S0E1",
        "Show 1 S1E3",
        "Show 1 S2E1",
        "Show 1 S2E2",
    ]
    shows = rule(Level.SHOW, Added(1), unless=keep)
    assert house.totals(shows) == {"candidate": (1, 4, 4 * GB), "kept": (1, 0, 0)}
    seasons = house.totals(rule(Level.SEASON, Added(1), unless=keep))
    assert seasons["candidate"] == (3, 4, 4 * GB)


def test_a_season_that_is_on_the_way_or_latest_stays(house: House) -> None:
    house.show(1, {(1, 1): GB, (2, 1): GB}, status="continuing")
    latest = Safeguards(in_progress_days=0, next_up_days=0, requested_days=0, tags=())
    assert house.found(rule(Level.SEASON, Larger(1), unless=latest)) == ["Show 1 S1"]
    assert house.found(rule(Level.SHOW, Larger(1), unless=latest)) == ["Show 1"]


def test_tags_keep_and_their_labels_must_be_known(house: House) -> None:
    house.show(1, {(1, 1): GB}, tags=[3])
    house.show(2, {(1, 1): GB})
    kept = rule(Level.SHOW, Larger(1), unless=Safeguards(latest_season=False))
    assert house.found(kept, outcome=Outcome.UNKNOWN) == ["Show 1"]
    house.catalogue.write_tags(house.sonarr, {3: "Keep"})
    assert house.found(kept, outcome=Outcome.KEPT) == ["Show 1"]
    assert house.found(kept) == ["Show 2"]
    assert house.found(rule(Level.SHOW, Tagged("KEEP"))) == ["Show 1"]


def test_protected_by_hand(house: House) -> None:
    """An episode that is protected protects its file, and what it is part of; also after the file was replaced."""
    house.show(1, {(1, 1): GB, (1, 2): GB, (2, 1): GB})
    show = house.catalogue.known_series(house.sonarr)[1].id
    with house.database.reading() as db:
        e = episode_table.c
        first = db.execute(select(e.id).where(e.season_number == 1, e.episode_number == 1)).scalar_one()
    kept = house.propose.protect(Target(series_id=show, episode_id=first), "  the pilot ", "ada")
    assert house.propose.protect(Target(series_id=show, episode_id=first), "again", "ben") == kept
    assert [(one.title, one.reason) for one in house.propose.protections()] == [("Show 1 S01E01", "the pilot")]
    large = {level: rule(level, Larger(1)) for level in Level}
    assert house.found(large[Level.EPISODE], sort=Sort.TITLE, descending=False) == ["Show 1 S1E2", "Show 1 S2E1"]
    assert house.found(large[Level.SEASON]) == ["Show 1 S2"]
    assert house.found(large[Level.SHOW], outcome=Outcome.KEPT) == ["Show 1"]
    rows = [episode(1, id_=10_101, file=555), episode(2, id_=10_102, file=10_102)]
    house.read(1, rows, [file(555, 5 * GB), file(10_102, GB)])
    assert house.found(large[Level.EPISODE]) == ["Show 1 S1E2"]
    house.propose.unprotect(kept)
    assert len(house.found(large[Level.EPISODE])) == 2
    with pytest.raises(LookupError, match="no protection"):
        house.propose.unprotect(kept)


@pytest.mark.parametrize(
    ("target", "problem", "said"),
    [
        (Target(), Refused, "series_id: name either"),
        (Target(series_id=1, movie_id=1), Refused, "series_id: name either"),
        (Target(movie_id=1, season_number=1), Refused, "season_number: a movie"),
        (Target(series_id=99), LookupError, "no show 99"),
        (Target(movie_id=99), LookupError, "no movie 99"),
        (Target(series_id=1, season_number=9), LookupError, "no season 9"),
        (Target(series_id=1, episode_id=9), LookupError, "no episode 9"),
    ],
)
def test_only_what_exists_can_be_protected(house: House, target: Target, problem: type[Exception], said: str) -> None:
    house.show(1, {(1, 1): GB})
    with pytest.raises(problem, match=said):
        house.propose.protect(target, "", "ada")
    assert house.propose.protections() == []


def test_pages_hold_each_once_in_every_order(house: House) -> None:
    for number in range(1, 8):
        house.show(number, {(1, 1): GB * (number % 3 + 1), (1, 2): GB}, age=number % 2 + 40)
        if number % 2:
            house.watch(number, 1, 1, ago=number)
    for level in (Level.SHOW, Level.SEASON, Level.EPISODE):
        everything = rule(level, Larger(1))
        whole = sorted(house.found(everything))
        for sort in Sort:
            for descending in (True, False):
                cursor, seen = None, []
                while True:
                    asked = Question(sort=sort, descending=descending, limit=3, cursor=cursor)
                    page = house.propose.preview(everything, asked)
                    seen += [named(one.held) for one in page.items]
                    cursor = page.next_cursor
                    if cursor is None:
                        break
                assert sorted(seen) == whole, (level, sort)
                once = house.found(everything, sort=sort, descending=descending)
                assert once == seen
    assert house.found(rule(Level.SHOW, Larger(1)), search="how 3") == ["Show 3"]
    with pytest.raises(ValueError, match="cursor"):
        house.propose.preview(rule(Level.SHOW, Larger(1)), Question(cursor="bm9uZQ"))


def test_sums_that_grew_are_those_of_counting_anew(house: House) -> None:
    """Whatever happened in whatever order: making everything anew changes nothing."""
    house.show(1, {(1, 1): GB, (1, 2): GB}, tags=[1])
    house.watch(1, 1, 1, ago=9)
    house.show(2, {(1, 1): GB})
    house.holdings.settle(None)
    house.watch(2, 1, 1, ago=3, whole=False)
    house.catalogue.write_tags(house.sonarr, {1: "keep"})
    house.show(1, {(1, 1): GB, (2, 1): 3 * GB}, tags=[1])
    assert house.holdings.settle(None) == 0
    tables = (held_files, held_seasons, held_series)
    with house.database.reading() as db:
        kept = [sorted(map(tuple, db.execute(select(table))), key=repr) for table in tables]
        ids = [held.id for held in house.catalogue.known_series(house.sonarr).values()]
    with house.database.writing() as db:
        db.execute(insert(held_waiting), [{"series_id": one} for one in ids])
    assert house.holdings.settle(None) == 0
    with house.database.reading() as db:
        assert [sorted(map(tuple, db.execute(select(table))), key=repr) for table in tables] == kept
        files = db.execute(select(episode_files.c.id)).scalars().all()
    assert {row[3] for row in kept[0]} == set(files)


def test_a_show_that_left_sonarr_is_no_candidate(house: House) -> None:
    house.show(1, {(1, 1): GB})
    assert house.found(rule(Level.SHOW, Larger(1))) == ["Show 1"]
    house.catalogue.mark_gone([house.catalogue.known_series(house.sonarr)[1].id], house.clock())
    for level in (Level.SHOW, Level.SEASON, Level.EPISODE):
        assert house.totals(rule(level, Larger(1))) == {}


def test_why_something_is_no_candidate(house: House) -> None:
    house.show(1, {(1, 1): GB}, age=3)
    show = house.catalogue.known_series(house.sonarr)[1].id
    found = house.propose.why(rule(Level.SHOW, Added(30), OfQuality("webdl-1080p")), show)
    assert found is not None
    assert found.verdict.outcome is Outcome.NO
    assert [one.sentence for one in found.verdict.conditions] == [
        "added 3 days ago (wanted: 30 days ago)",
        "of quality webdl-1080p",
    ]
    assert house.propose.why(rule(Level.SHOW, Added(30)), 999) is None


def test_rules_are_kept_under_their_names(house: House) -> None:
    wanted = rule(Level.SHOW, Added(30))
    kept = house.propose.keep_rule("  Old  ones ", wanted, "ada")
    assert (kept.name, kept.rule, kept.made_by) == ("Old ones", wanted, "ada")
    with pytest.raises(Refused, match="another rule is called “old ONES”"):
        house.propose.keep_rule("old ONES", wanted, "ben")
    changed = house.propose.keep_rule("Old", rule(Level.SEASON, Added(60)), "ben", kept.id)
    assert house.propose.rules() == [changed]
    assert changed.rule.level is Level.SEASON
    for name, said in (("", "is empty"), ("x" * 101, "longer than 100")):
        with pytest.raises(Refused, match=said):
            house.propose.keep_rule(name, wanted, "ada")
    with pytest.raises(InvalidRule, match="no condition"):
        house.propose.keep_rule("All", Rule(Level.SHOW, All(())), "ada")
    with pytest.raises(LookupError):
        house.propose.keep_rule("Gone", wanted, "ada", 999)
    house.propose.remove_rule(kept.id)
    with pytest.raises(LookupError):
        house.propose.remove_rule(kept.id)
    with pytest.raises(LookupError):
        house.propose.rule(kept.id)
