"""Which item of a media server is which episode (R-D10)."""

import pytest

from episodarr.availability.match import SoughtEpisode, SoughtSeries, match_episodes, match_series
from episodarr.availability.model import LibraryEpisode, LibraryItemId, LibrarySeries
from episodarr.episode.identity import EpisodeId

SOUGHT = SoughtSeries("990001", "880001", "tt9900001", "Example", 2021, "/media/anime/Example")


def listed(name: str = "Example", number: int = 1, **more) -> LibrarySeries:
    return LibrarySeries(LibraryItemId(f"s{number}"), name, **more)


def item(number: int | None, season: int | None = 1, id_: str = "", **more) -> LibraryEpisode:
    more.setdefault("has_source", True)
    return LibraryEpisode(LibraryItemId(id_ or f"e{season}x{number}"), "E", season, number, **more)


@pytest.mark.parametrize("ids", [{"tvdb": "990001"}, {"tmdb": "880001"}, {"imdb": "tt9900001"}])
def test_a_series_is_told_by_any_of_its_ids(ids: dict) -> None:
    assert match_series(SOUGHT, [listed("Wrong", 1), listed("Other name", 2, provider_ids=ids)])[0].id == "s2"


def test_a_series_of_the_same_name_with_other_ids_is_another_one() -> None:
    assert match_series(SOUGHT, [listed(year=2021, provider_ids={"tvdb": "1"})]) == []


def test_a_series_without_ids_is_told_by_its_folder_then_by_name_and_year() -> None:
    assert match_series(SOUGHT, [listed("X", path="/data/anime/Example/")])
    assert match_series(SOUGHT, [listed(year=2021, provider_ids={"anidb": "7"})])
    assert match_series(SOUGHT, [listed(year=0)])
    assert match_series(SOUGHT, [listed(year=1999)]) == []


def test_a_library_may_hold_a_series_twice() -> None:
    twice = [listed("A", 1, provider_ids={"tvdb": "990001"}), listed("B", 2, provider_ids={"tvdb": "990001"})]
    assert len(match_series(SOUGHT, twice)) == 2


def test_an_episode_is_told_by_path_then_id_then_numbers() -> None:
    sought = [SoughtEpisode(EpisodeId(1), 3, 6, tvdb="77", path="/media/tv/Show/S3/Show - S03E06.mkv")]
    by_path = item(6, 1, path="/other/mount/Show/S3/Show - S03E06.mkv")
    by_id = item(1, 9, provider_ids={"tvdb": "77"})
    by_number = item(6, 3)
    assert [match.way for match in match_episodes(sought, [by_number, by_id, by_path])] == ["path"]
    assert [match.way for match in match_episodes(sought, [by_number, by_id])] == ["tvdb id"]
    assert [match.way for match in match_episodes(sought, [by_number])] == ["number"]
    assert match_episodes(sought, [item(None, None), item(7, 3)]) == []


def test_a_file_of_two_episodes_is_both() -> None:
    sought = [SoughtEpisode(EpisodeId(n), 1, n) for n in (12, 13, 14)]
    found = match_episodes(sought, [item(12, last_episode=13)])
    assert {match.episode for match in found} == {12, 13}


def test_a_playable_item_goes_before_a_virtual_one() -> None:
    sought = [SoughtEpisode(EpisodeId(1), 1, 1, tvdb="77")]
    virtual = item(1, id_="a-virtual", virtual=True, has_source=False, provider_ids={"tvdb": "77"})
    real = item(1, id_="b-real")
    assert match_episodes(sought, [virtual, real])[0].item.id == "b-real"
    assert match_episodes(sought, [virtual])[0].item.virtual
