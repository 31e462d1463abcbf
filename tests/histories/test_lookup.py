"""Looking shows up: once each, kept for everybody, and never "none" for what could not be asked."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lookup_place import BOTH, Place, a_place

from episodarr.demo.world import World
from episodarr.histories.asking import Kept, Kind, Known, Outcome, Question, Unknown
from episodarr.histories.metadata import ShowRef

GRIM = ShowRef("tmdb", 890_008)
GLASS = ShowRef("tvmaze", 1)

Story = Callable[[Place], Awaitable[Any]]


@pytest.fixture
def play(tmp_path: Path, migrated_file: Path) -> Callable[..., None]:
    def play(story: Story, kinds: tuple[str, ...] = BOTH, fill: Callable[[World], Any] = lambda _: None) -> None:
        async def run() -> None:
            async with a_place(tmp_path, migrated_file, kinds, fill) as place:
                await story(place)

        asyncio.run(run())

    return play


def hundred(world: World) -> None:
    for number in range(100):
        series = world.add_series(f"Show of the {number} Winds")
        for season in (1, 2, 3):
            world.add_season(series, season, 4)


def test_ten_thousand_rows_of_a_hundred_shows_ask_for_a_hundred_shows(play):
    """R-T4: one search a show and one call for its seasons, however many rows ask at once."""

    async def story(place):
        async def row(number):
            found = await place.lookups.search(f"Show of the {number % 100} Winds")
            assert isinstance(found, Known)
            show = await place.lookups.show(found.value[0].ref, seasons=(1, 2, 3))
            assert len(show.value.episodes) == 12

        for start in range(0, 10_000, 500):
            await asyncio.gather(*map(row, range(start, start + 500)))
        assert place.asked("/3/search/tv") == 100
        assert place.asked(r"/3/tv/\d+$") == 100
        assert place.asked() == 200
        assert place.asked(of="tvmaze") == 0
        # Another worker asks nobody at all.
        other = place.worker()
        for number in range(100):
            found = await other.search(f"show of  the {number} WINDS")
            await other.show(found.value[0].ref, seasons=(1, 2, 3))
        assert place.asked() == 200
        assert place.outcomes() == ["found"] * 200 + ["cached"] * 200

    play(story, fill=hundred)


def test_only_the_missing_seasons_are_asked_for(play):
    async def story(place):
        first = await place.lookups.show(GRIM, seasons=(1,))
        assert {one.season for one in first.value.episodes} == {1}
        assert (await place.lookups.show(GRIM, seasons=(1,))).value is first.value
        both = await place.lookups.show(GRIM, seasons=(3, 1))
        assert {one.season for one in both.value.episodes} == {1, 3}
        assert not both.value.complete
        assert place.asked() == 2
        whole = await place.worker().show(GRIM)
        assert whole.value.complete
        assert len(whole.value.episodes) == 24
        appended = [target for _, target, _ in place.stack.tmdb.counts.log]
        assert [[f"season%2F{n}" in one or f"season/{n}" in one for n in (1, 2, 3)] for one in appended] == [
            [True, False, False],
            [False, False, True],
            [False, True, False],
        ]
        assert (await place.lookups.show(GRIM, seasons=(1, 2, 77))).value.episodes == whole.value.episodes
        assert place.asked() == 3

    play(story)


def test_a_season_that_is_not_there_is_asked_for_once(play):
    async def story(place):
        for _ in range(3):
            assert (await place.lookups.show(GRIM, seasons=(1, 9))).value.read_seasons == (1, 9)
            assert (await place.lookups.show(GLASS, seasons=(9,))).value.read_seasons == (1, 2)
        assert place.asked() == 1
        assert place.asked(of="tvmaze") == 1

    play(story)


def test_questions_at_the_same_time_are_asked_once_over_all_workers(play):
    async def story(place):
        workers = [place.lookups, place.worker(), place.worker()]
        place.stack.tmdb.faults.set("slow", seconds=0.05)
        answers = await asyncio.gather(*(one.search("Grim Parish") for one in workers for _ in range(20)))
        assert {one.value[0].ref for one in answers} == {GRIM}
        assert place.asked() == 1
        assert place.outcomes().count("found") == 1

    play(story)


def test_a_worker_that_is_gone_is_not_waited_for(play):
    async def story(place):
        assert place.store.claim(_question(), "gone", place.now, place.now)
        assert (await place.lookups.search("Grim Parish")).value
        assert place.waits == []

    play(story)


def test_whoever_was_killed_while_it_asked_is_not_waited_for_after_a_start(play):
    async def story(place):
        assert place.store.claim(_question(), "killed", place.now, place.now + timedelta(minutes=3))
        place.lookups.begin()
        assert (await place.lookups.search("Grim Parish")).value
        assert place.waits == []

    play(story)


def test_what_another_worker_answered_just_before_the_claim_is_taken(play):
    async def story(place):
        other, claim = place.worker(), place.store.claim
        answered = []

        def claim_late(*asked):
            if not answered:
                answered.append(True)
                place.store.claim = claim
                asyncio.run_coroutine_threadsafe(other.search("Grim Parish"), loop).result(30)
            return claim(*asked)

        loop = asyncio.get_running_loop()
        place.store.claim = claim_late
        assert (await place.lookups.search("Grim Parish")).value[0].ref == GRIM
        assert place.asked() == 1
        assert place.outcomes() == ["found", "cached"]
        assert place.store.claim(_question(), "somebody", place.now, place.now)  # nobody holds it

    play(story)


def _question():
    return Question("tmdb", Kind.SEARCH, "Grim Parish")


def test_answers_are_good_for_a_week_and_none_for_a_day(play):
    async def story(place):
        assert (await place.lookups.search("Grim Parish")).at == place.now
        assert (await place.lookups.search("Nothing of the kind")).value == []
        assert (place.asked(), place.asked(of="tvmaze")) == (2, 1)
        place.forward(hours=23)
        assert (await place.lookups.search("Nothing of the kind")).value == []
        assert (place.asked(), place.asked(of="tvmaze")) == (2, 1)
        place.forward(hours=1)
        assert (await place.lookups.search("Nothing of the kind")).value == []
        assert (place.asked(), place.asked(of="tvmaze")) == (3, 2)
        place.forward(days=5, hours=23)
        await place.lookups.search("Grim Parish")
        assert place.asked() == 3
        place.forward(hours=2)
        assert (await place.lookups.search("Grim Parish")).at == place.now
        assert place.asked() == 4

    play(story)


@pytest.mark.parametrize("fault", ["refuse", "error", "unauthorized", "html", "truncated", "empty_body"])
def test_a_failure_is_never_none(play, fault):
    """R-T5, and "unknown is not no": TVmaze does not know it, but TMDB was not asked."""

    async def story(place):
        place.stack.tmdb.faults.set(fault)
        await place.stack.tmdb.follow_refusal()
        answer = await place.lookups.search("Nothing of the kind")
        assert isinstance(answer, Unknown)
        assert answer.reason.startswith("TMDB: ")
        assert answer.fix
        assert answer.retry_at > place.now
        assert place.stack.tmdb.api_key not in str(answer)
        # What the other one knows is an answer all the same.
        found = await place.lookups.search("The Glass Harbour")
        assert (found.service, found.value[0].ref) == ("tvmaze", GLASS)
        assert isinstance(await place.lookups.show(GRIM), Unknown)
        assert isinstance(await place.lookups.by_id(tvdb_id=77_777), Unknown)
        place.stack.tmdb.faults.clear()
        await place.stack.tmdb.follow_refusal()
        place.forward(minutes=10)
        assert (await place.lookups.search("Nothing of the kind")).value == []
        assert (await place.lookups.show(GRIM)).value.title == "Grim Parish"

    play(story)


def test_an_old_answer_has_to_do_while_a_service_is_down_and_says_so(play):
    async def story(place):
        await place.lookups.search("Grim Parish")
        await place.lookups.show(GRIM, seasons=(1,))
        await place.lookups.search("Nothing of the kind")
        place.forward(days=8)
        place.stack.tmdb.faults.set("error")
        for lookups in (place.lookups, place.worker()):
            found = await lookups.search("Grim Parish")
            assert (found.value[0].ref, found.service) == (GRIM, "tmdb")
            assert "HTTP 500" in found.stale
            assert found.at < place.now
            assert (await lookups.show(GRIM, seasons=(1,))).stale
            # It does not hold season 2, and an old "none" says nothing any more.
            assert isinstance(await lookups.show(GRIM, seasons=(2,)), Unknown)
            assert isinstance(await lookups.search("Nothing of the kind"), Unknown)
        place.stack.tmdb.faults.clear()
        place.forward(minutes=10)
        assert (await place.lookups.search("Grim Parish")).stale == ""

    play(story)


def test_a_service_that_fails_is_left_alone_for_a_while(play):
    async def story(place):
        place.stack.tmdb.faults.set("error")
        for number in range(50):
            assert isinstance(await place.lookups.search(f"Nothing of the kind {number}"), Unknown)
        assert place.asked("/3/search/tv") == 1
        assert place.asked() == 2, "and once whether it answers at all"
        assert place.asked(of="tvmaze") == 50

    play(story)


def test_services_are_asked_in_their_order(play):
    async def story(place):
        assert (await place.lookups.search("The Glass Harbour")).service == "tmdb"
        assert place.asked(of="tvmaze") == 0

    async def keyless(place):
        assert (await place.lookups.search("The Glass Harbour")).value[0].ref == GLASS
        assert (await place.lookups.by_id(tvdb_id=995_001)).value == GLASS
        only_tmdb = await place.lookups.by_id(tmdb_id=890_001)
        assert isinstance(only_tmdb, Unknown)
        assert "TMDB" in only_tmdb.reason
        assert isinstance(await place.lookups.show(GRIM), Unknown)

    async def alone(place):
        answer = await place.lookups.search("The Glass Harbour")
        assert answer == Unknown("no metadata service is connected", fix="Connect TMDB or TVmaze.")
        assert isinstance(await place.lookups.by_id(tvdb_id=1), Unknown)

    async def chosen(place):
        await place.worker(preferred=("tvmaze", "tmdb")).search("Nobody Knows This One")
        assert (place.asked(of="tvmaze"), place.asked()) == (1, 1)
        await place.worker(preferred=("tvmaze",)).search("Nor This One")
        assert (place.asked(of="tvmaze"), place.asked()) == (2, 1), "one that is left out is not asked"

    play(story)
    play(chosen)
    play(keyless, kinds=("tvmaze",))
    play(alone, kinds=())


def test_ids_name_a_show(play):
    async def story(place):
        assert (await place.lookups.by_id(tmdb_id=890_008)).value == GRIM
        assert place.asked() == 0
        assert (await place.lookups.by_id(tvdb_id=995_008)).value == GRIM
        assert (await place.lookups.by_id(imdb_id="tt9800008")).value == GRIM
        assert (await place.lookups.by_id(tvdb_id=995_008)).value == GRIM
        assert place.asked() == 2
        assert (await place.lookups.by_id(tvdb_id=77_777)).value is None

    play(story)


def test_a_show_that_is_gone_is_none(play):
    async def story(place):
        assert (await place.lookups.show(ShowRef("tmdb", 77_777))).value is None
        assert (await place.lookups.show(GRIM)).value is not None
        place.stack.metadata.removed.add(995_008)
        place.forward(days=8)
        assert (await place.lookups.show(GRIM)).value is None

    play(story)


def test_when_it_was_read_is_told(play):
    async def story(place):
        began = place.now
        await place.lookups.show(GRIM, seasons=(1,))
        place.forward(days=6)
        both = await place.lookups.show(GRIM, seasons=(1, 2))
        assert both.value.read_at == both.at == began  # as old as its oldest part
        place.forward(days=2)
        anew = await place.lookups.show(GRIM, seasons=(1, 2))
        assert anew.value.read_at == anew.at == place.now

    play(story)


def test_every_lookup_is_logged_and_counted(play):
    async def story(place):
        await place.lookups.search("Grim Parish")
        await place.lookups.search("Nothing of the kind")
        await place.worker().search("Grim Parish")
        place.forward(days=2)
        place.stack.tmdb.faults.set("error")
        await place.lookups.search("Nothing of the kind")
        day, week = place.lookups.rates()["day"], place.lookups.rates()["week"]
        assert [(one.service, one.found, one.none, one.failed, one.cached) for one in day] == [
            ("tmdb", 0, 0, 1, 0),
            ("tvmaze", 0, 1, 0, 0),
        ]
        assert [(one.service, one.found, one.none, one.failed, one.cached) for one in week] == [
            ("tmdb", 1, 1, 1, 1),
            ("tvmaze", 0, 2, 0, 0),
        ]
        assert (week[0].success, week[0].failure) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
        assert (day[0].success, day[0].failure) == (0, 1)
        latest = place.lookups.latest(2)
        assert [(one.service, one.outcome) for one in latest] == [
            ("tvmaze", Outcome.NONE),
            ("tmdb", Outcome.FAILED),
        ]
        assert "HTTP 500" in latest[1].problem
        assert place.stack.tmdb.api_key not in latest[1].problem

    play(story)


def test_nothing_is_kept_for_ever(play):
    async def story(place):
        await place.lookups.search("Grim Parish")
        place.forward(days=31)
        assert place.lookups.tidy() == 1  # the log
        place.forward(days=150)
        assert place.lookups.tidy() == 1  # the answer
        assert place.store.latest(10) == []

    play(story)


def test_who_gives_up_waiting_takes_nothing_from_the_others(play):
    async def story(place):
        place.stack.tmdb.faults.set("slow", seconds=0.05)
        first = asyncio.create_task(place.lookups.search("Grim Parish"))
        other = asyncio.create_task(place.worker().search("Grim Parish"))
        while not place.waits:  # the other one waits for the first
            await asyncio.sleep(0)
        first.cancel()
        assert (await other).value[0].ref == GRIM
        with pytest.raises(asyncio.CancelledError):
            await first
        assert (await place.lookups.search("Grim Parish")).value[0].ref == GRIM

    play(story)


def test_an_answer_that_another_version_kept_is_asked_for_again(play):
    async def story(place):

        place.store.keep(_question(), Kept(b'{"other": "shape"}', found=True, at=place.now))
        assert (await place.lookups.search("Grim Parish")).value[0].ref == GRIM

    play(story)


def test_nobody_is_asked_about_nothing(play):
    async def story(place):
        assert await place.lookups.search("  ") == Known([])
        assert (await place.lookups.search("x" * 5_000)).value == []
        assert [len(entry.term) for entry in place.store.latest(5)] == [200, 200]

    play(story)


def test_languages_and_years_are_other_questions(play):
    async def story(place):
        bare = await place.lookups.search("The Vault")
        spanish = await place.lookups.search("The Vault", language="es-ES")
        assert (bare.value[0].title, spanish.value[0].title) == ("The Vault", "La bóveda")
        assert [one.year for one in (await place.lookups.search("Night Desk", 2011)).value] == [2011]
        assert len((await place.lookups.search("Night Desk")).value) == 2
        show = await place.lookups.show(spanish.value[0].ref, language="de-DE")
        assert show.value.title == "Der Tresor"

    play(story)
