"""Rules in dry run, armed, and disarmed by themselves, on both databases."""

from datetime import timedelta

import pytest
from candidate_house import GB
from consent_place import OLD, Place, rule, three_shows
from hand import Hand

from episodarr.database.engine import Database
from episodarr.deletion.arming import Change, RunKind
from episodarr.deletion.complete import Count
from episodarr.deletion.consent import PersonNeeded
from episodarr.deletion.holding import Level
from episodarr.deletion.model import About, Target
from episodarr.deletion.rules import Added, NeverWatched
from episodarr.episode.identity import ConnectionId


@pytest.fixture
def place(database: Database, clock: Hand, sonarr: ConnectionId) -> Place:
    return three_shows(database, clock, sonarr)


class TestDryRun:
    def test_d7_a_rule_is_in_dry_run_and_nothing_leaves(self, place: Place) -> None:
        named = place.keep()
        place.days(20)
        standing = place.consent.standing(named.id)
        assert standing.arming is None
        assert place.leaving() == []
        assert place.state() != "leaving"
        assert standing.progress.matured.count == 2
        assert [one.leaver.label for one in place.consent.outlook(named.id)] == ["Show 2", "Show 1"]
        assert not any(one.sure for one in place.consent.outlook(named.id))

    def test_runs_tell_what_was_found_over_time(self, place: Place) -> None:
        named = place.keep()
        place.observe()
        place.house.show(4, {(1, 1): GB})
        place.later(hours=6)
        place.house.watch(1, 1, 1, ago=0)
        place.change(named, rule(Level.SHOW, OLD, NeverWatched()))
        place.later(hours=6)
        told = [(one.candidates, one.size, one.added, one.gone) for one in place.consent.runs(named.id)]
        assert told == [(2, 10 * GB, 2, 0), (3, 13 * GB, 1, 0), (2, 12 * GB, 2, 0)]
        assert all(one.kind is RunKind.COMPLETE for one in place.consent.runs(named.id))

    def test_the_last_runs_are_kept_and_what_rests_on_older_ones(self, place: Place) -> None:
        named = place.keep()
        place.observe()
        for _ in range(3):
            place.clock.forward(hours=6)
            place.observing.observe(lambda _progress, _message: None)
        for run in place.store.runs(named.id, 1):
            place.store.add_run(named.id, run, keep=1)
        kept = [one.kind for one in place.store.runs(named.id, 10)]
        assert kept == [RunKind.INCOMPLETE, RunKind.COMPLETE]

    def test_d5_matures_only_after_a_day(self, place: Place) -> None:
        named = place.keep()
        place.observe()
        place.later(hours=23)
        assert place.consent.standing(named.id).progress.matured.count == 0
        place.later(hours=1)
        assert place.consent.standing(named.id).progress.matured.count == 2

    def test_d5_d1_an_incomplete_observation_neither_matures_nor_resets(self, place: Place) -> None:
        named = place.keep()
        place.observe()
        place.clock.forward(hours=30)
        place.house.readings_now = [one for one in place.house.readings_now if one.about is not About.CATALOGUE]
        place.observing.observe(lambda _progress, _message: None)
        run = place.consent.standing(named.id).last
        assert run is not None
        assert (run.kind, run.why) == (RunKind.INCOMPLETE, "Tautulli was last read 30 hours ago")
        assert place.consent.standing(named.id).progress.candidates.count == 2
        assert place.consent.standing(named.id).progress.matured.count == 0
        place.observe()
        assert place.consent.standing(named.id).progress.matured.count == 2

    def test_d5_what_was_none_in_between_begins_anew(self, place: Place) -> None:
        named = place.keep(Level.SHOW, OLD, NeverWatched())
        place.observe()
        kept = place.house.propose.protect(Target(1), "", "anna")
        place.later(hours=12)
        place.house.propose.unprotect(kept)
        place.later(hours=12)
        assert [one.leaver.label for one in place.consent.outlook(named.id)] == ["Show 2"]

    def test_d1_unknown_stays_as_it_was(self, place: Place) -> None:
        named = place.keep()
        place.observe()
        with place.house.database.writing() as db:
            db.exec_driver_sql("UPDATE series SET stale = true, failures = 3 WHERE id = 1")
            db.exec_driver_sql("UPDATE held_series SET unread = true WHERE series_id = 1")
        place.later(hours=12)
        assert place.consent.standing(named.id).progress.candidates.count == 2
        with place.house.database.writing() as db:
            db.exec_driver_sql("UPDATE held_series SET unread = false WHERE series_id = 1")
        place.later(hours=12)
        assert place.consent.standing(named.id).progress.matured.count == 2

    def test_d13_what_nothing_manages_is_never_promised(self, place: Place) -> None:
        named = place.keep()
        place.observe()
        with place.house.database.writing() as db:
            db.exec_driver_sql("UPDATE held_series SET connection_id = 0 WHERE series_id = 1")
        place.days(3)
        assert [one.leaver.label for one in place.consent.outlook(named.id)] == ["Show 2"]

    def test_other_conditions_begin_anew(self, place: Place) -> None:
        named = place.keep()
        place.days(2)
        assert place.consent.standing(named.id).progress.matured.count == 2
        place.change(named, rule(Level.SHOW, Added(31)))
        place.later(hours=6)
        assert place.consent.standing(named.id).progress.matured.count == 0


class TestArming:
    def test_d7_armed_by_a_person_logged_and_revocable(self, place: Place) -> None:
        named = place.keep()
        place.days(2)
        place.clock.forward(minutes=1)
        standing = place.consent.arm(named.id, "anna", 7, person=True)
        assert standing.arming is not None
        assert standing.progress.leaving.count == 2
        assert place.state() == "leaving"
        place.clock.forward(minutes=1)
        assert place.consent.disarm(named.id, "ben", "on holiday")
        assert not place.consent.disarm(named.id, "ben")
        assert place.leaving() == []
        assert place.state() != "leaving"
        told = [(one.change, one.by, one.why) for one in place.consent.events(named.id)]
        assert told == [
            (Change.DISARMED, "ben", "on holiday"),
            (Change.ARMED, "anna", "what it finds leaves for 7 days"),
        ]

    def test_d25_a_program_cannot_arm(self, place: Place) -> None:
        named = place.keep()
        place.observe()
        with pytest.raises(PersonNeeded):
            place.consent.arm(named.id, "the API key homepage", person=False)
        assert place.consent.standing(named.id).arming is None

    def test_d7_not_before_it_was_observed_completely(self, place: Place) -> None:
        named = place.keep()
        assert place.refusal(named) == "rule: it was not observed completely yet"
        place.observing.observe(lambda _progress, _message: None)
        place.clock.forward(hours=3)
        place.change(named, rule(Level.SHOW, Added(29)))
        place.observing.observe(lambda _progress, _message: None)
        assert "not observed completely yet: " in place.refusal(named), "with its conditions as they are"
        place.observe()
        place.consent.arm(named.id, "anna", person=True)

    @pytest.mark.parametrize("days", [0, -1, 366])
    def test_leaving_days_are_bounded(self, place: Place, days: int) -> None:
        named = place.keep()
        place.observe()
        assert place.refusal(named, leaving_days=days).startswith("leaving_days: ")

    def test_d6_what_matured_long_ago_is_announced_for_all_its_days(self, place: Place) -> None:
        named = place.keep()
        place.days(20)
        armed = place.clock() + timedelta(seconds=1)
        place.armed(named, 14)
        assert {one.leaves_at for one in place.consent.leaving()[0]} == {armed + timedelta(days=14)}
        assert [told[0] for told in place.notices] == ["leaving_soon"]
        assert len(place.notices[0][3]) == 2

    @pytest.mark.parametrize("by", ["conditions", "connections", "update"])
    def test_d7_d24_it_holds_only_while_everything_is_as_it_was(self, place: Place, by: str) -> None:
        named = place.keep()
        place.days(2)
        place.armed(named)
        if by == "conditions":
            named = place.change(named, rule(Level.SHOW, Added(1)))
        elif by == "connections":
            place.around.connected = "another address"
        else:
            place.around.version = "0015"
        place.clock.forward(hours=1)
        place.consent.check()
        assert place.consent.standing(named.id).arming is None
        assert place.leaving() == []
        assert place.state() != "leaving"
        assert place.notices[-1][0] == "disarmed"
        event = place.consent.events(named.id)[0]
        assert (event.change, event.by_itself, event.by) == (Change.DISARMED, True, "Episodarr")
        assert "not observed completely" in place.refusal(named)
        place.later(hours=1)
        place.clock.forward(seconds=1)
        assert place.consent.arm(named.id, "anna", person=True).arming is not None

    def test_a_new_name_changes_nothing(self, place: Place) -> None:
        named = place.keep()
        place.armed(named)
        place.house.propose.keep_rule("Another name", named.rule, "anna", named.id)
        place.later(hours=6)
        assert place.consent.standing(named.id).arming is not None

    def test_d7_a_rule_that_is_forgotten_is_armed_no_longer(self, place: Place) -> None:
        named = place.keep()
        place.days(2)
        place.armed(named)
        assert place.state() == "leaving"
        place.house.propose.remove_rule(named.id)
        place.clock.forward(hours=1)
        place.consent.check()
        place.consent.check()
        assert place.state() != "leaving"
        told = place.store.events(named.id, 10)
        assert (told[0].change, told[0].why) == (Change.DISARMED, "the rule was forgotten")
        assert len(told) == 2


class TestDisarmedByItself:
    def test_d4_a_library_that_shrank(self, place: Place) -> None:
        named = place.keep()
        other = place.keep(Level.SEASON, name="Seasons")
        place.armed(named)
        place.armed(other)
        place.around.numbers = {"files:1": Count("files of Sonarr", 100, of_files=True)}
        place.later(hours=6)
        assert place.consent.standing(named.id).arming is not None
        place.around.numbers = {"files:1": Count("files of Sonarr", 80, of_files=True)}
        place.later(hours=6)
        for one in (named, other):
            standing = place.consent.standing(one.id)
            assert standing.arming is None
            assert standing.last is not None
            assert standing.last.why == "there were 100 files of Sonarr, and now there are 80"
            assert standing.last.kind is RunKind.SHRUNK
            assert "not observed completely since" in place.refusal(one)
        place.later(hours=6)
        place.clock.forward(seconds=1)
        assert place.consent.arm(named.id, "anna", person=True).arming is not None, "as somebody looked at it"

    def test_d4_nothing_is_concluded_of_what_is_missing(self, place: Place) -> None:
        named = place.keep()
        place.days(2)
        place.house.propose.protect(Target(3), "", "anna")
        with place.house.database.writing() as db:
            db.exec_driver_sql("UPDATE episodes SET file_id = NULL WHERE series_id = 1")
            db.exec_driver_sql("DELETE FROM held_files WHERE series_id = 1")
            db.exec_driver_sql("DELETE FROM held_series WHERE series_id = 1")
        place.later(hours=6)
        standing = place.consent.standing(named.id)
        assert standing.last is not None
        assert standing.last.kind is RunKind.SHRUNK
        assert standing.progress.matured.count == 2, "it neither matures nor resets"

    def test_d22_what_came_back(self, place: Place) -> None:
        named = place.keep(Level.EPISODE)
        place.armed(named)
        place.deleted("Another", episode_id=place.episode_id(3), series_id=3, days=10)
        place.deleted("Old", episode_id=place.episode_id(3), series_id=3, days=31)
        place.later(hours=6)
        assert place.consent.standing(named.id).arming is not None
        place.deleted("Old", episode_id=place.episode_id(3), series_id=3, days=10)
        place.later(hours=6)
        assert place.consent.standing(named.id).arming is None
        assert "Show 3 S01E01 came back" in place.consent.events(named.id)[0].why

    def test_d22_what_was_deleted_twice(self, place: Place) -> None:
        named = place.keep(Level.EPISODE)
        place.armed(named)
        place.deleted("Old", episode_id=place.episode_id(), days=2)
        place.later(hours=6)
        assert place.consent.standing(named.id).arming is not None
        place.deleted("Old", episode_id=place.episode_id(), days=1)
        place.later(hours=6)
        assert place.consent.events(named.id)[0].why == "1 episode was deleted more than once"

    def test_d24_a_clock_that_goes_back(self, place: Place) -> None:
        named = place.keep()
        place.armed(named)
        place.clock.forward(minutes=-4)
        place.consent.check()
        assert place.consent.standing(named.id).arming is not None, "it is only set right"
        place.clock.forward(hours=-2)
        place.consent.check()
        assert place.consent.standing(named.id).arming is None
        assert "the clock went back" in place.refusal(named)

    def test_d24_a_clock_that_jumps_while_it_runs(self, place: Place) -> None:
        named = place.keep()
        place.armed(named)
        place.clock.forward(days=8)
        place.consent.check()
        assert "the clock jumped" in place.consent.events(named.id)[0].why

    def test_d24_a_service_that_did_not_run_for_long_is_no_jump(self, place: Place) -> None:
        named = place.keep()
        place.armed(named)
        place.clock.forward(days=8)
        place.open()
        place.consent.check()
        assert place.consent.standing(named.id).arming is not None

    def test_d24_a_restored_database(self, place: Place) -> None:
        named = place.keep()
        place.armed(named)
        place.clock.forward(hours=2)
        place.beside.at = place.clock() - timedelta(hours=1)
        place.consent.check()
        assert "restored from a backup" in place.consent.events(named.id)[0].why
        place.clock.forward(hours=1)
        place.consent.check()
        assert len(place.consent.events(named.id)) == 2

    def test_d24_an_alarm_hinders_every_rule_until_it_is_observed(self, place: Place) -> None:
        named = place.keep()
        place.observe()
        place.clock.forward(hours=-1)
        assert "the clock went back" in place.refusal(named), "though it was never armed"
        place.clock.forward(hours=2)
        place.observe()
        place.clock.forward(seconds=1)
        place.consent.arm(named.id, "anna", person=True)
