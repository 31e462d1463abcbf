"""Downloads that Sonarr did not grab: read by Sonarr, by their names, or by a person (R-D2, R-D4)."""

from pathlib import Path

import pytest
from home import Home, at_home

from episodarr.demo.world import World
from episodarr.downloads.correct import InvalidCorrection
from episodarr.downloads.ports import Origin

pytestmark = pytest.mark.anyio


def _fill(world: World) -> None:
    lighthouse = world.add_series("Lighthouse Keepers", year=2021)
    world.add_season(lighthouse, 1, 6)
    lantern = world.add_series("Blue Lantern", kind="anime", year=2023, runtime=24)
    world.add_season(lantern, 1, 12)
    world.add_season(lantern, 2, 12)


def _pack(home: Home, name: str, names: list[str], **options):
    return home.world.arrivals.add_foreign(name, 600_000_000, seconds=200.0, file_names=names, **options)


async def test_sonarr_is_asked_first_what_a_name_means(tmp_path: Path) -> None:
    async with at_home(tmp_path, _fill) as home:
        episodes = home.world.season_of(home.world.named("Lighthouse Keepers"), 1)
        await home.first_sync()
        names = [f"Lighthouse.Keepers.S01E{number:02}.1080p.mkv" for number in range(1, 7)]
        torrent = _pack(home, "Lighthouse.Keepers.S01.1080p.WEB-DL-GRP", names)
        await home.live(20)
        assert home.states(episodes) == ["missing"] * 6, "Sonarr may yet tell that it grabbed it"
        await home.until(lambda: set(home.states(episodes)) <= {"downloading", "downloaded"})
        lane = home.house.board.lane(home.house.board.lanes(True, 5, None).items[0].id)
        assert (lane.origin, lane.kind, lane.series_title) == ("sonarr_parse", "season_pack", "Lighthouse Keepers")
        assert [file.confidence for file in lane.files] == ["sure"] * 6
        home.world.arrivals.set_progress(torrent, 1.0)
        await home.until(lambda: home.states(episodes) == ["downloaded"] * 6)
        assert home.row(episodes[0]).waiting_for == "a manual import in Sonarr"
        home.world.arrivals.remove_torrent(torrent)
        await home.until(lambda: home.states(episodes) == ["failed"] * 6)


async def test_a_name_that_sonarr_cannot_read_is_read_here(tmp_path: Path) -> None:
    async with at_home(tmp_path, _fill) as home:
        series = home.world.named("Blue Lantern")
        wanted = home.world.season_of(series, 2)[:3]
        await home.first_sync()
        for number in (13, 14, 15):
            home.world.arrivals.add_foreign(f"[Kitsune] Blue Lantern - {number} (1080p) [ABCD1234].mkv", 3 * 10**8)
        home.world.arrivals.add_foreign("Some.Film.2019.1080p.BluRay.x264-GRP", 5 * 10**9)
        home.world.arrivals.add_foreign("Unheard.Of.Show.S01E01.1080p.WEB.x264-GRP", 10**9)
        await home.until(lambda: home.states(wanted) == ["downloaded"] * 3)
        lanes = home.house.board.lanes(False, 10, None).items
        told = {lane.name[:10]: (lane.origin, len(lane.episodes)) for lane in lanes}
        assert told["[Kitsune] "] == ("name", 1)
        assert told["Some.Film."] == ("sonarr", 0), "not of the library: left alone"
        assert "Its name says so" in next(lane.note for lane in lanes if lane.origin == "name")


async def test_sonarrs_word_comes_later_and_counts(tmp_path: Path) -> None:
    """R-D4: what was read from a name gives way to the episodes that Sonarr grabbed it for."""
    async with at_home(tmp_path, _fill) as home:
        series = home.world.named("Lighthouse Keepers")
        first, second = home.world.season_of(series, 1)[:2]
        await home.first_sync()
        name = "Lighthouse.Keepers.S01E01.1080p.WEB.x264-GRP.mkv"
        torrent = home.world.arrivals.add_foreign(name, 10**9, seconds=900)
        await home.until(lambda: home.state(first) == "downloading")
        from episodarr.downloads.ports import NewGrab
        from episodarr.episode.identity import EpisodeId, SeriesId

        row = home.row(second)
        told = NewGrab(
            torrent.hash, SeriesId(row.series_id), EpisodeId(row.id), torrent.name, "qBittorrent", 10**9, home.world.now
        )
        assert home.house.followers._downloads.remember([told]) == 1
        home.house.followers._open.changed()
        await home.live(6)
        [found] = [one for one in home.house.followers._downloads.open_downloads() if one.download_id == torrent.hash]
        assert (found.origin, [one.number for one in found.covered]) == (Origin.SONARR, [2])


async def test_a_person_says_it_and_it_is_remembered(tmp_path: Path) -> None:
    """R-D4: unsure matches can be corrected by hand; the correction outlives a restart of the client's session."""
    async with at_home(tmp_path, _fill) as home:
        series = home.world.named("Lighthouse Keepers")
        one, two, three = home.world.season_of(series, 1)[:3]
        await home.first_sync()
        names = ["part a.mkv", "part b.mkv", "readme.txt"]
        home.world.arrivals.grab(series, [one, two], kind="pack", file_names=names[:2], seconds=400, size=10**9)
        await home.until(lambda: home.states([one, two]) == ["downloading"] * 2)
        lane = home.house.board.lanes(True, 5, None).items[0]
        assert {file.confidence for file in lane.files if file.episodes} == {"unsure"}

        ids = {episode.id: home.row(episode).id for episode in (one, two, three)}
        correct = home.house.correct
        correct.say(lane.id, 0, [ids[three.id]], "Ada")
        shown = home.house.board.lane(lane.id).files[0]
        assert ([label.id for label in shown.episodes], shown.reason, shown.by_hand) == (
            [ids[three.id]],
            "Ada set it by hand",
            True,
        )
        await home.until(lambda: home.state(three) == "downloading")

        correct.take_back(lane.id, 0)
        await home.until(lambda: home.state(three) == "missing")
        await home.until(lambda: home.states([one, two]) == ["downloading"] * 2)
        with pytest.raises(InvalidCorrection, match="no episode 99999"):
            correct.say(lane.id, 0, [99999], "Ada")
        with pytest.raises(LookupError):
            correct.say(lane.id, 77, [ids[one.id]], "Ada")
        with pytest.raises(LookupError):
            correct.say("9:abc", 0, [ids[one.id]], "Ada")
        other = home.row(home.world.season_of(home.world.named("Blue Lantern"), 1)[0]).id
        with pytest.raises(InvalidCorrection, match="of one show"):
            correct.say(lane.id, 0, [other], "Ada")
