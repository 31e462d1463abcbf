"""Anime: one identity under several numbers, and nothing is called done before Shoko has recognised it."""

from pathlib import Path

import pytest
from home import Home, at_home

from episodarr.demo.world import World

pytestmark = pytest.mark.anyio
KINDS = ("sonarr", "qbittorrent", "jellyfin", "shoko")


def _fill(world: World) -> None:
    series = world.add_series("Blue Lantern", kind="anime", year=2023, runtime=24)
    world.add_season(series, 1, 12)
    world.add_season(series, 2, 12)
    world.add_series("Harbour Lights", year=2020)


async def _grab_absolute(home: Home) -> None:
    """Six episodes of the second season, released under their absolute numbers, in one torrent."""
    world = home.world
    series = world.named("Blue Lantern")
    wanted = world.season_of(series, 2)[:6]
    world.arrivals.grab(
        series,
        wanted,
        kind="pack",
        title="[Kitsune] Blue Lantern - 13-18 (1080p)",
        file_names=[f"[Kitsune] Blue Lantern - {13 + place} (1080p).mkv" for place in range(6)],
        size=300_000_000,
        seconds=10.0,
    )


async def test_absolute_numbers_are_the_seasons_episodes_and_shoko_is_waited_for(tmp_path: Path) -> None:
    """R-D6, R-D9, R-D10."""
    async with at_home(tmp_path, _fill, kinds=KINDS) as home:
        world = home.world
        series = world.named("Blue Lantern")
        wanted = world.season_of(series, 2)[:6]
        await home.first_sync()
        unknown = wanted[3]
        home.stack.shoko.unknown.add(unknown.id)
        world.library.hide(unknown)  # Jellyfin with Shokofin lists nothing that Shoko does not know
        await _grab_absolute(home)
        await home.until(lambda: home.state(wanted[0]) == "downloading")
        row = home.row(wanted[0])
        assert (row.season_number, row.episode_number, row.absolute_number) == (2, 1, 13)
        lane = home.house.board.lanes(False, 10, None).items[0]
        assert [file.confidence for file in lane.files] == ["likely"] * 6

        rest = [episode for episode in wanted if episode is not unknown]
        await home.until(lambda: home.states(rest) == ["available"] * 5)
        await home.until(lambda: home.state(unknown) == "import_blocked")
        row = home.row(unknown)
        assert "Shoko does not recognise it" in row.because
        assert row.waiting_for == "somebody to link the file in Shoko"
        assert [e.text for e in home.timeline(wanted[0]) if e.source == "Shoko"][-1] == "Recognised"

        home.stack.shoko.link(unknown)
        world.library.show(unknown)
        await home.until(lambda: home.state(unknown) == "available")


async def test_shoko_away_changes_nothing_and_is_asked_again(tmp_path: Path) -> None:
    """R-D9: an importer that cannot be asked says nothing."""
    async with at_home(tmp_path, _fill, kinds=KINDS) as home:
        world = home.world
        wanted = world.season_of(world.named("Blue Lantern"), 2)[:6]
        await home.first_sync()
        home.stack.shoko.faults.set("error")
        for episode in wanted:
            world.library.hide(episode)
        await _grab_absolute(home)
        await home.until(lambda: home.states(wanted) == ["imported"] * 6)
        assert all(home.row(one).waiting_for == "Jellyfin to list it" for one in wanted)
        home.stack.shoko.faults.clear()
        await home.until(lambda: "Shoko" in {e.source for e in home.timeline(wanted[5])}, 3000, 60)
        for episode in wanted:
            world.library.show(episode)
        await home.until(lambda: home.states(wanted) == ["available"] * 6)


async def test_a_second_cour_is_another_series_in_shoko(tmp_path: Path) -> None:
    """R-C9: one season of Sonarr's, two series at AniDB; each episode keeps its own references."""
    async with at_home(tmp_path, _fill, kinds=KINDS) as home:
        world = home.world
        series = world.named("Blue Lantern")
        home.stack.shoko.cours[series.id, 2] = 4
        await home.first_sync()
        await _grab_absolute(home)
        wanted = world.season_of(series, 2)[:6]
        await home.until(lambda: home.states(wanted) == ["available"] * 6)
        await home.live(30)
        from sqlalchemy import select

        from episodarr.database.schema_imports import cross_references

        with home.house.database.reading() as db:
            c = cross_references.c
            there = dict(db.execute(select(c.episode_id, c.importer_series_id)).all())
        found = [there[home.row(episode).id] for episode in wanted]
        assert found[:3] == [found[0]] * 3
        assert found[3:] == [found[3]] * 3
        assert found[0] != found[3]
