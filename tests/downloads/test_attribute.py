"""Which file holds which episode (R-D2, R-D4, R-D5): within the set that Sonarr named, with confidence and reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.downloads.attribute import Confidence, CoveredEpisode, attribute, release_kind
from episodarr.downloads.model import TransferFile
from episodarr.episode.identity import EpisodeId

GB = 10**9


def covered(*numbers: int, season: int = 1, absolute: int | None = None, **more) -> list[CoveredEpisode]:
    """Episodes of a season; `absolute` is the offset of the absolute numbers."""
    return [
        CoveredEpisode(EpisodeId(season * 100 + n), season, n, None if absolute is None else absolute + n, **more)
        for n in numbers
    ]


def files(*names: str, size: int = GB) -> list[TransferFile]:
    return [TransferFile(index, name, size, 0.0) for index, name in enumerate(names)]


def held(those: list[TransferFile], episodes: list[CoveredEpisode]) -> list[tuple[tuple[int, ...], str]]:
    return [(one.episodes, one.confidence.value) for one in attribute(those, episodes)]


def test_a_pack_named_by_season_and_episode() -> None:
    pack = files(*(f"Show.S01.1080p/Show.S01E{n:02}.1080p.mkv" for n in range(1, 13)))
    assert held(pack, covered(*range(1, 13))) == [((100 + n,), "sure") for n in range(1, 13)]


def test_an_anime_pack_named_by_number() -> None:
    pack = files(*(f"[G] Show (BD 1080p)/[G] Show - {n:02} (BD 1080p) [ABCD1234].mkv" for n in range(1, 14)))
    assert held(pack, covered(*range(1, 14), absolute=0)) == [((100 + n,), "likely") for n in range(1, 14)]


def test_absolute_numbers_of_a_later_season() -> None:
    pack = files("[G] Show - 25.mkv", "[G] Show - 26.mkv")
    assert held(pack, covered(1, 2, season=2, absolute=24)) == [((201,), "likely"), ((202,), "likely")]


def test_a_number_that_could_be_either_says_so() -> None:
    answer = attribute(files("[G] Show - 13.mkv"), covered(1, 13, season=2, absolute=12))[0]
    assert (answer.episodes, answer.confidence) == ((213,), Confidence.UNSURE)
    assert "absolute" in answer.reason


def test_a_single_with_a_season_and_a_dash() -> None:
    assert held(files("[SubsPlease] Link Click S3 - 05 (1080p) [ABCD1234].mkv"), covered(5, season=3)) == [
        ((305,), "sure")
    ]


def test_a_single_without_any_number_is_the_one_that_was_grabbed() -> None:
    answer = attribute(files("abcdef.mkv"), covered(5))[0]
    assert (answer.episodes, answer.confidence) == ((105,), Confidence.SURE)
    assert "only video" in answer.reason
    other = attribute(files("Show.S02E09.mkv"), covered(5))[0]
    assert (other.episodes, other.confidence) == ((105,), Confidence.LIKELY), "Sonarr's word goes before the name"


def test_one_video_for_several_episodes() -> None:
    assert held(files("Show.S01E01E02.mkv"), covered(1, 2)) == [((101, 102), "sure")]
    assert held(files("Show.S01E01-E03.mkv"), covered(1, 2, 3)) == [((101, 102, 103), "sure")]
    assert held(files("Show.special.mkv"), covered(1, 2)) == [((101, 102), "likely")]


def test_extras_samples_and_subtitles_hold_no_episode() -> None:
    names = [
        "Show/NC/Show - NCOP01.mkv",
        "Show/Sample/x.mkv",
        "Show/Show - 01.ass",
        "Show/Show.nfo",
        "Show/Creditless ED.mkv",
    ]
    answers = attribute(files("Show/Show - 01.mkv", *names), covered(1, 2))
    assert [one.episodes for one in answers] == [(101,), (), (), (), (), ()]
    assert {one.reason for one in answers[1:]} == {"an extra by its name", "not a video"}


def test_a_small_second_video_beside_a_single_is_no_episode() -> None:
    pair = [TransferFile(0, "a/Show.S01E01.mkv", 2 * GB, 0.0), TransferFile(1, "a/other.mkv", GB // 20, 0.0)]
    answers = attribute(pair, covered(1))
    assert [one.episodes for one in answers] == [(101,), ()]
    assert "smaller" in answers[1].reason


def test_daily_shows_by_date() -> None:
    episodes = covered(1, air_date="2026-01-30") + covered(2, air_date="2026-01-31")
    assert held(files("The.Show.2026.01.31.mkv", "The Show 2026-01-30 Guest.mkv"), episodes) == [
        ((102,), "sure"),
        ((101,), "sure"),
    ]
    assert held(files("The.Show.2026.03.01.mkv", "The Show 2026-01-30.mkv"), episodes)[0] == ((102,), "unsure")


def test_scene_numbers() -> None:
    episodes = [CoveredEpisode(EpisodeId(1), 1, 13, scene_season=2, scene_number=1, scene_absolute=113)]
    episodes += covered(1)
    answers = attribute(files("Show.S02E01.mkv", "Show.S01E01.mkv"), episodes)
    assert [one.episodes for one in answers] == [(1,), (101,)]
    assert "scene" in answers[0].reason
    specials = [CoveredEpisode(EpisodeId(7), 0, 1, scene_absolute=50), CoveredEpisode(EpisodeId(8), 0, 2)]
    assert held(files("Show - 50.mkv", "Show SP.mkv"), specials)[0] == ((7,), "likely")


def test_seasons_told_by_folders() -> None:
    pack = files("Show/Season 1/01 - Pilot.mkv", "Show/Season 2/01 - Back.mkv")
    assert held(pack, covered(1) + covered(1, season=2)) == [((101,), "sure"), ((201,), "sure")]


def test_unclear_files_go_by_their_order_and_say_so() -> None:
    answers = attribute(files("Show/b.mkv", "Show/a.mkv"), covered(1, 2))
    assert [(one.episodes, one.confidence) for one in answers] == [
        ((102,), Confidence.UNSURE),
        ((101,), Confidence.UNSURE),
    ]
    assert "order" in answers[0].reason


def test_a_foreign_number_is_unsure_and_names_it() -> None:
    answer = attribute(files("Show.S05E09.mkv", "Show.S01E01.mkv", "Show.S01E02.mkv"), covered(1, 2))[0]
    assert (answer.episodes, answer.confidence) == ((), Confidence.UNSURE)
    assert "9" in answer.reason
    assert attribute(files("one.mkv", "two.mkv", "three.mkv"), covered(1, 2))[0].reason == "its name tells no number"


def test_two_files_of_one_episode_the_larger_wanted_one_counts() -> None:
    pair = [
        TransferFile(0, "Show.S01E01.720p.mkv", GB, 0.0),
        TransferFile(1, "Show.S01E01.1080p.mkv", 2 * GB, 0.0),
        TransferFile(2, "Show.S01E02.mkv", GB, 0.0),
    ]
    answers = attribute(pair, covered(1, 2))
    assert [one.confidence for one in answers] == [Confidence.UNSURE, Confidence.SURE, Confidence.SURE]
    assert "another file" in answers[0].reason


@pytest.mark.parametrize(
    ("episodes", "videos", "sizes", "kind"),
    [
        ([], 3, {}, "unknown"),
        (covered(1), 1, {1: 12}, "single"),
        (covered(1, 2), 1, {1: 12}, "multi_episode"),
        (covered(1, 2), 2, {1: 12}, "partial_pack"),
        (covered(1, 2), 2, {1: 2}, "season_pack"),
        (covered(1) + covered(1, season=2), 2, {1: 1, 2: 1}, "multi_season"),
    ],
)
def test_the_kind_of_a_release(episodes, videos, sizes, kind) -> None:
    """R-D5."""
    assert release_kind(episodes, videos, sizes) == kind


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(
    st.lists(st.tuples(names, st.sampled_from([".mkv", ".mp4", ".nfo", ""]), st.integers(0, 10**11)), max_size=8),
    st.integers(0, 6),
)
def test_any_names_give_one_answer_a_file_within_the_covered_set(made, count) -> None:
    those = [TransferFile(index, name + ending, size, 0.0) for index, (name, ending, size) in enumerate(made)]
    episodes = covered(*range(1, count + 1), absolute=10)
    answers = attribute(those, episodes)
    assert [one.index for one in answers] == [one.index for one in those]
    assert {episode for one in answers for episode in one.episodes} <= {one.id for one in episodes}
    assert all(one.reason for one in answers)
    assert all((one.confidence is Confidence.NONE) <= (one.episodes == ()) for one in answers)


class TestByHand:
    """What a person said of a file stands above everything read (R-D4)."""

    def test_it_counts_and_leaves_the_rest_to_the_names(self) -> None:
        those = files("Show S01E01.mkv", "Show S01E02.mkv", "odd.mkv")
        said = {"odd.mkv": ((EpisodeId(103),), "Ada"), "Show S01E02.mkv": ((), "Bo")}
        found = attribute(those, covered(1, 2, 3), said)
        assert [one.episodes for one in found] == [(EpisodeId(101),), (), (EpisodeId(103),)]
        assert [one.confidence for one in found] == [Confidence.SURE] * 3
        assert (found[2].reason, found[1].reason) == ("Ada set it by hand", "Bo set it by hand")

    def test_a_word_about_a_file_that_is_not_there_changes_nothing(self) -> None:
        those = files("Show S01E01.mkv")
        said = {"gone.mkv": ((EpisodeId(9),), "Ada")}
        assert attribute(those, covered(1), said) == attribute(those, covered(1))
