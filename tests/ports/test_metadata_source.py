"""Both metadata services tell the same of the same show, each with its own numbers and languages."""

from datetime import date

import pytest

from episodarr.connections.failures import Broken, Busy, Refused, WrongPath
from episodarr.demo.metadata_table import INVENTED
from episodarr.demo.tmdb import INVALID_ID, NOT_FOUND
from episodarr.histories.metadata import MetadataSource, ShowRef

PORT = MetadataSource
NUMBERS = {one.title: number for number, one in reversed([*enumerate(INVENTED, 1)])}


def id_of(kind, title):
    return NUMBERS[title] + (890_000 if kind == "tmdb" else 0)


def test_a_search_tells_shows_apart_by_year_and_country(play, kind):
    async def story(stage):
        client = stage.client(kind)
        assert isinstance(client, MetadataSource)
        found = await client.search_shows("Night Desk")
        assert [(one.title, one.year, one.countries, one.language) for one in found] == [
            ("Night Desk", 2019, ("US",), "en"),
            ("Night Desk", 2011, ("GB",), "en"),
        ]
        assert len({one.ref for one in found}) == 2
        assert {one.ref.source for one in found} == {kind}
        assert all(one.poster for one in found)

    play(story)


def test_what_nobody_knows_is_certainly_none(play, kind):
    async def story(stage):
        client = stage.client(kind)
        assert await client.search_shows("No such show anywhere") == []
        assert await client.show(77_777) is None
        assert await client.find_show(tvdb_id=77_777) is None
        assert await client.find_show(tvdb_id=77_777, imdb_id="tt7777777") is None
        assert await client.find_show() is None

    play(story)


def test_an_id_that_cannot_be_one_is_certainly_none_and_nobody_is_asked(play, kind):
    async def story(stage):
        client = stage.client(kind)
        for number in (0, -1, 2**31, 10**30):
            assert await client.show(number) is None
        assert client.http.requests == 0

    play(story)


def test_a_show_is_told_whole(play, kind, lighthouse):
    async def story(stage):
        stage.world.add_season(lighthouse, 0, 2)
        number = lighthouse.tmdb_id if kind == "tmdb" else lighthouse.tvmaze_id
        show = await stage.client(kind).show(number)
        assert show.ref == ShowRef(kind, number)
        assert (show.title, show.year, show.countries) == ("Lighthouse Keepers", show.year, ("US",))
        assert (show.tvdb_id, show.imdb_id) == (700_007, lighthouse.imdb_id)
        assert show.status == "running"
        assert show.complete
        assert [(one.number, one.episode_count) for one in show.seasons] == [(0, 2), (1, 6), (2, 6)]
        assert [(one.season, one.number) for one in show.episodes] == [
            (0, 1), (0, 2), *((season, number) for season in (1, 2) for number in range(1, 7)),
        ]  # fmt: skip
        assert all(one.titles and one.id for one in show.episodes)
        assert show.poster

    play(story)


def test_only_the_wanted_seasons_are_promised(play, kind):
    async def story(stage):
        client = stage.client(kind)
        show = await client.show(id_of(kind, "Grim Parish"), seasons=(2, 9))
        assert {one.season for one in show.episodes} >= {2}
        assert [one.number for one in show.seasons] == [1, 2, 3]
        assert 2 in show.read_seasons
        assert not show.complete
        none = await client.show(id_of(kind, "Grim Parish"), seasons=())
        assert none.episodes == ()
        assert [(one.number, one.episode_count) for one in none.seasons] == [(1, 8), (2, 8), (3, 8)]

    play(story)


def test_seasons_have_their_names(play, kind):
    async def story(stage):
        show = await stage.client(kind).show(id_of(kind, "Book of Tides"))
        assert [one.name for one in show.seasons] == ["Book One: Water", "Book Two: Salt"]
        assert show.other_titles == ("The Book of Tides",)

    play(story)


def test_what_is_not_announced_has_no_day(play, kind, world):
    async def story(stage):
        series = world.add_series("Tomorrow")
        world.add_episode(series, 1, 1, air_at=world.now)
        world.add_episode(series, 1, 2)
        show = await stage.client(kind).show(series.tmdb_id if kind == "tmdb" else series.tvmaze_id)
        assert [one.aired_on for one in show.episodes] == [world.now.date(), None]
        assert show.aired(date(2999, 1, 1)) == 1

    play(story)


def test_ids_of_other_services_find_the_show(play, kind, lighthouse):
    async def story(stage):
        client = stage.client(kind)
        here = ShowRef(kind, lighthouse.tmdb_id if kind == "tmdb" else lighthouse.tvmaze_id)
        assert await client.find_show(tvdb_id=700_007) == here
        assert await client.find_show(imdb_id=lighthouse.imdb_id) == here
        assert await client.find_show(tvdb_id=77_777, imdb_id=lighthouse.imdb_id) == here

    play(story)


def test_seasons_may_have_years_as_numbers(play, kind):
    async def story(stage):
        show = await stage.client(kind).show(id_of(kind, "The Long Year"))
        assert [(one.number, one.episode_count) for one in show.seasons] == [(2020, 6), (2021, 6)]
        assert len(show.episodes) == 12
        assert show.complete

    play(story)


def test_a_service_that_is_asked_too_often_says_for_how_long(play, kind):
    async def story(stage):
        client = stage.client(kind)
        server = stage.stack.servers[kind]
        server.busy, server.retry_after = 1, "7"
        with pytest.raises(Busy) as failure:
            await client.search_shows("Night Desk")
        assert failure.value.retry_after == 7
        assert len(await client.search_shows("Night Desk")) == 2

    play(story)


def test_a_show_that_was_removed_is_none(play, kind):
    async def story(stage):
        client = stage.client(kind)
        assert (await client.show(id_of(kind, "Grim Parish"))).tvdb_id
        stage.stack.metadata.removed.add(995_000 + NUMBERS["Grim Parish"])
        assert await client.show(id_of(kind, "Grim Parish")) is None

    play(story)


# ---------------------------------------------------------------------- what one of them does


def test_tmdb_tells_titles_in_the_wanted_and_the_original_language(play):
    async def story(stage):
        client = stage.client("tmdb")
        number = id_of("tmdb", "La bóveda")
        show = await client.show(number, language="es-ES")
        assert client.http.requests == 1  # the wanted language is the original one
        assert (show.title, show.original_title) == ("La bóveda", "La bóveda")
        assert [one.name for one in show.seasons] == ["Parte 1", "Parte 2", "Parte 3"]
        assert show.episodes[0].titles == ("El plan",)
        german = await client.show(number, language="de-DE")
        assert client.http.requests == 3
        assert (german.title, german.original_title) == ("Der Tresor", "La bóveda")
        assert german.seasons[0].name == "Staffel 1"
        assert german.episodes[0].titles == ("El plan",)  # no German title: it comes as an empty text
        english = await client.show(number)
        assert english.title == "The Vault"
        assert len(english.episodes[0].titles) == 2
        assert english.episodes[0].titles[1] == "El plan"
        assert {one.title for one in await client.search_shows("the vault", language="de-DE")} == {"Der Tresor"}

    play(story)


def test_tmdb_keeps_an_anime_as_one_season_and_tvmaze_as_several(play, world):
    series = world.add_series("Spy x Family", kind="anime", language="Japanese")
    for season, count in ((1, 25), (2, 12)):
        for number in range(1, count + 1):
            absolute = number + (25 if season == 2 else 0)
            world.add_episode(series, season, number, air_at=world.now, absolute=absolute)

    async def story(stage):
        one = await stage.client("tmdb").show(series.tmdb_id)
        several = await stage.client("tvmaze").show(series.tvmaze_id)
        assert [(season.number, season.episode_count) for season in one.seasons] == [(1, 37)]
        assert [(season.number, season.episode_count) for season in several.seasons] == [(1, 25), (2, 12)]
        assert one.episodes[-1].number == 37
        assert one.original_title == "スパイファミリー"
        assert one.episodes[0].titles == ("Episode 1", "第1話")

    play(story)


def test_tmdb_reads_many_seasons_in_few_calls(play, world):
    series = world.add_series("Endless")
    for season in range(46):
        world.add_season(series, season, 2)

    async def story(stage):
        client = stage.client("tmdb")
        show = await client.show(series.tmdb_id)
        assert len(show.episodes) == 92
        assert show.complete
        assert client.http.requests == 3  # 18 with the show, then 20, then 8
        some = await client.show(series.tmdb_id, seasons=tuple(range(1, 31)))
        assert some.read_seasons == tuple(range(1, 31))
        assert client.http.requests == 5

    play(story)


def test_tmdb_takes_both_kinds_of_keys_and_shows_neither(play):
    async def story(stage):
        server = stage.stack.tmdb
        for key in (server.api_key, server.read_token, f" {server.api_key}\n"):
            assert (await stage.client("tmdb", api_key=key).check()).application == "TMDB"
        in_query = [target for _, target, _ in server.counts.log if server.api_key in target]
        assert len(in_query) == 2
        assert not any(server.read_token in target for _, target, _ in server.counts.log)
        await stage.set_fault("tmdb", "error")
        with pytest.raises(Broken) as failure:
            await stage.client("tmdb").show(1)
        assert server.api_key not in f"{failure.value!r}{failure.value}"
        assert "Internal error" in str(failure.value)
        await stage.clear_faults("tmdb")
        wrong = "0" * 32
        with pytest.raises(Refused) as refused:
            await stage.client("tmdb", api_key=wrong).check()
        assert "themoviedb.org" in refused.value.advice
        assert wrong not in f"{refused.value}"

    play(story)


def test_a_read_token_travels_in_a_header_however_it_was_copied(play):
    async def story(stage):
        server = stage.stack.tmdb
        for key in (server.read_token, f"Bearer {server.read_token}", f"  {server.read_token}\n"):
            assert (await stage.client("tmdb", api_key=key).search_shows("Grim Parish"))[0].title == "Grim Parish"
        with pytest.raises(Refused) as refused:  # a key of which a part is missing is not put into an address either
            await stage.client("tmdb", api_key=server.api_key[:-1]).search_shows("Grim Parish")
        assert "API Read Access Token" in refused.value.advice
        targets = [target for _, target, _ in server.counts.log]
        assert len(targets) == 4
        assert not any("api_key" in target or server.api_key[:-1] in target for target in targets)

    play(story)


def test_tmdb_says_in_two_ways_that_there_is_no_such_thing(play):
    """Taken for a wrong address, an id that somebody's file has wrong would have TMDB left alone by everybody."""

    async def story(stage):
        client = stage.client("tmdb")
        for stage.stack.tmdb.not_found in (NOT_FOUND, INVALID_ID):
            assert await client.show(77_777) is None
            assert await client.find_show(imdb_id="nm0000001") is None

    play(story)


def test_tmdb_may_be_named_with_or_without_its_version(play):
    async def story(stage):
        for url in (f"{stage.stack.tmdb.url}/", f"{stage.stack.tmdb.url}/3", f"{stage.stack.tmdb.url}/3/"):
            assert (await stage.client("tmdb", url=url).check()).version == "3"
        with pytest.raises(WrongPath):
            await stage.client("tmdb", url=f"{stage.stack.tmdb.url}/4").search_shows("x")

    play(story)


def test_tmdb_leaves_out_a_year_that_finds_nothing(play):
    async def story(stage):
        client = stage.client("tmdb")
        assert [one.year for one in await client.search_shows("Night Desk", year=2011)] == [2011]
        assert client.http.requests == 1
        assert len(await client.search_shows("Night Desk", year=1950)) == 2
        assert await client.search_shows("No such show anywhere", year=1950) == []

    play(story)


def test_an_episodes_id_of_tvdb_is_no_shows(play, lighthouse):
    async def story(stage):
        assert await stage.client("tmdb").find_show(tvdb_id=stage.world.episodes_of[lighthouse.id][0].tvdb_id) is None

    play(story)


def test_tvmaze_tells_specials_as_season_0(play):
    async def story(stage):
        client = stage.client("tvmaze")
        show = await client.show(1)
        assert [(one.season, one.number) for one in show.episodes if one.season == 0] == [(0, 1), (0, 2)]
        assert next((one.number, one.name, one.episode_count) for one in show.seasons) == (0, "Specials", 2)
        assert client.http.requests == 2
        assert show.complete
        regular = await client.show(1, seasons=(1,))
        assert client.http.requests == 3
        assert {one.season for one in regular.episodes} == {1, 2}
        assert regular.read_seasons == (1, 2)
        assert not regular.complete  # nothing says whether there are specials

    play(story)
