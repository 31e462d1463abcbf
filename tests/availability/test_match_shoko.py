"""Items that Shokofin made, and episodes that are looked for in a whole library (R-D10). Pure."""

import pytest

from episodarr.availability.match import Search, SoughtEpisode, SoughtSeries, match_episodes, match_series
from episodarr.availability.model import LibraryEpisode, LibraryItemId, LibrarySeries
from episodarr.episode.identity import EpisodeId


def item(name: str, season: int | None = 1, number: int | None = 1, **more) -> LibraryEpisode:
    more.setdefault("has_source", True)
    return LibraryEpisode(LibraryItemId(name), name, season, number, **more)


def shoko(name: str, number: int, file: str, episode: str, **more) -> LibraryEpisode:
    ids = {"shoko file": file, "shoko episode": episode, "shoko series": "501"}
    return item(name, 1, number, provider_ids=ids, path=f"/shokofin-vfs/{file}.mkv", **more)


def sought(number: int, season: int = 2, file: str = "", episode: str = "", **more) -> SoughtEpisode:
    files, episodes = frozenset({file} if file else ()), frozenset({episode} if episode else ())
    return SoughtEpisode(EpisodeId(number), season, number, shoko_files=files, shoko_episodes=episodes, **more)


def test_a_show_that_shoko_splits_is_several_series() -> None:
    split = [
        LibrarySeries(LibraryItemId("a"), "Show", provider_ids={"shoko series": "501"}),
        LibrarySeries(LibraryItemId("b"), "Show Part 2", provider_ids={"shoko series": "502"}),
        LibrarySeries(LibraryItemId("c"), "Other", provider_ids={"shoko series": "503"}),
        LibrarySeries(LibraryItemId("d"), "Show", provider_ids={"tvdb": "1"}),
    ]
    show = SoughtSeries("1", "", "", "Show", 2020, shoko=frozenset({"501", "502"}))
    assert {one.id for one in match_series(show, split)} == {"a", "b", "d"}


def test_numbers_of_shoko_items_mean_nothing() -> None:
    listed = [shoko("x", 1, "900", "800")]
    assert match_episodes([sought(1, season=1)], listed) == []
    assert match_episodes([sought(1, season=1, file="901", episode="801")], listed) == []


def test_told_by_shokos_file_then_by_its_episode() -> None:
    listed = [shoko("x", 1, "900", "800"), shoko("y", 2, "901", "801")]
    by_file, by_episode = match_episodes([sought(13, file="901"), sought(14, file="7", episode="800")], listed)
    assert (by_file.item.id, by_file.way) == ("y", "Shoko file")
    assert (by_episode.item.id, by_episode.way) == ("x", "Shoko")


def test_a_file_of_two_episodes_is_both_of_them() -> None:
    one = [shoko("x", 1, "900", "800,801")]
    found = match_episodes([sought(1, file="900", episode="800"), sought(2, file="900", episode="801")], one)
    assert [match.item.id for match in found] == ["x", "x"]
    two = [shoko("x", 1, "900", "800"), shoko("y", 2, "900", "801")]
    found = match_episodes([sought(1, file="900", episode="800"), sought(2, file="900", episode="801")], two)
    assert [match.item.id for match in found] == ["x", "y"]


def test_of_items_that_share_a_path_each_episode_is_its_own() -> None:
    """Plex lists a double episode's file twice."""
    path = "/tv/Show/Season 01/Show - S01E01-E02.mkv"
    listed = [item("1", 1, 1, path=path), item("2", 1, 2, path=path, provider_ids={"tvdb": "22"})]
    found = match_episodes(
        [SoughtEpisode(EpisodeId(n), 1, n, tvdb=tvdb, path=path) for n, tvdb in ((1, ""), (2, "22"))], listed
    )
    assert [match.item.id for match in found] == ["1", "2"]
    assert match_episodes([SoughtEpisode(EpisodeId(9), 1, 9, path=path)], listed)[0].item.id == "1"


class TestSearch:
    """Single episodes in a whole library."""

    def found(self, one: SoughtEpisode, *listed: LibraryEpisode, series: str = "/media/anime/Show") -> str | None:
        search = Search()
        wanted = search.want(series, one)
        for each in listed:
            search.see(each)
        held = search.found(one.id)
        assert wanted == bool(len(search))
        return held.id if held else None

    @pytest.mark.parametrize(
        ("path", "listed", "same"),
        [
            ("/media/anime/Show/Season 01/01.mkv", "/data/Show/season 01/01.mkv", True),
            ("/media/anime/Show/Season 01/01.mkv", "/data/Other/Season 01/01.mkv", False),
            ("/media/anime/Show/01.mkv", "/elsewhere/Show/01.mkv", True),
            ("/media/anime/Show/a/b/01.mkv", "/elsewhere/Show/a/b/01.mkv", True),
            ("C:\\Anime\\Show\\01.mkv", "/elsewhere/Show/01.mkv", True),
        ],
    )
    def test_by_path_from_the_series_folder_on(self, path: str, listed: str, same: bool) -> None:
        assert (self.found(sought(1, path=path), item("x", path=listed)) is not None) is same

    def test_a_path_outside_of_the_series_folder_tells_nothing(self) -> None:
        assert self.found(sought(1, path="/downloads/01.mkv"), item("x", path="/downloads/01.mkv")) is None
        assert self.found(sought(1, path="/downloads/01.mkv"), item("x", path="/downloads/01.mkv"), series="") is None
        assert self.found(sought(1), item("x")) is None

    def test_by_shokos_ids_and_never_by_number(self) -> None:
        assert self.found(sought(1, file="900"), item("n", 2, 1), shoko("x", 5, "900", "800")) == "x"
        assert self.found(sought(1, episode="800"), shoko("x", 5, "900", "800")) == "x"
        assert self.found(sought(1, episode="800"), shoko("x", 1, "900", "801")) is None

    def test_what_can_be_played_goes_first_then_what_agrees(self) -> None:
        one = sought(1, file="900", episode="800")
        off = shoko("off", 1, "900", "800", virtual=False, has_source=False)
        assert self.found(one, off, shoko("other", 2, "900", "801"), shoko("right", 1, "900", "800")) == "right"
        assert self.found(one, shoko("right", 1, "900", "800"), off) == "right"
