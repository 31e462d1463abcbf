"""From a name and the library to episodes: every way that numbers can be meant, and what stays open."""

import pytest

from episodarr.downloads.attribute import Confidence, CoveredEpisode
from episodarr.downloads.release_name import Interpretation, Kind, parse
from episodarr.downloads.resolve_release import Alias, Candidate, SeriesType, normalised, resolve, resolve_set
from episodarr.episode.identity import EpisodeId, SeriesId


def season(number: int, count: int, *, first_id: int, absolute: int | None = None) -> tuple[CoveredEpisode, ...]:
    return tuple(
        CoveredEpisode(
            EpisodeId(first_id + index),
            number,
            index + 1,
            absolute=absolute + index if absolute is not None else None,
            air_date=f"2023-{number:02}-{index + 1:02}",
        )
        for index in range(count)
    )


HARBOUR = Candidate(
    SeriesId(1),
    "The Harbour & Lights",
    2019,
    episodes=(*season(0, 2, first_id=1), *season(1, 3, first_id=11), *season(2, 3, first_id=21)),
)
KUMO = Candidate(
    SeriesId(2),
    "Kumo no Michi",
    2015,
    SeriesType.ANIME,
    (Alias("Path of Clouds"), Alias("Kumo no Michi Zoku", 2)),
    (*season(0, 2, first_id=101), *season(1, 12, first_id=111, absolute=1), *season(2, 12, first_id=131, absolute=13)),
)
TALK = Candidate(SeriesId(3), "Évening Talk", type=SeriesType.DAILY, episodes=season(4, 3, first_id=201))
ONE = Candidate(SeriesId(4), "Mini", episodes=season(1, 4, first_id=301))
ALL = (HARBOUR, KUMO, TALK, ONE)


@pytest.mark.parametrize(
    ("name", "episodes", "confidence"),
    [
        ("The.Harbour.and.Lights.S02E01.720p", [21], Confidence.SURE),
        ("Harbour Lights S02E01-E02", [21, 22], Confidence.SURE),
        ("The Harbour & Lights (2019) S01E03", [13], Confidence.SURE),
        ("Harbour.Lights.201.hdtv-grp", [21], Confidence.SURE),
        ("Harbour.Lights.S02.720p", [21, 22, 23], Confidence.SURE),
        ("Harbour.Lights.S01-S02.720p", [11, 12, 13, 21, 22, 23], Confidence.SURE),
        ("Harbour.Lights.S00E02.720p", [2], Confidence.SURE),
        ("[Grp] Kumo no Michi - 07 [1080p]", [117], Confidence.SURE),
        ("[Grp] Kumo no Michi - 14 [1080p]", [132], Confidence.SURE),
        ("[Grp] Path of Clouds - 14 [1080p]", [132], Confidence.SURE),
        ("[Grp] Kumo no Michi Zoku - 02 [1080p]", [132], Confidence.SURE),
        ("[Grp] Kumo no Michi S2 - 02 [1080p]", [132], Confidence.SURE),
        ("Kumo.no.Michi.S01E14.1080p", [132], Confidence.LIKELY),
        ("[Grp] Kumo no Michi - SP1 [1080p]", [101], Confidence.SURE),
        ("Evening.Talk.2023.04.02.A.Guest.720p", [202], Confidence.SURE),
        ("Mini.Part.3.720p", [303], Confidence.LIKELY),
        ("Mini.E03.720p", [303], Confidence.LIKELY),
    ],
)
def test_what_a_name_means(name: str, episodes: list[int], confidence: Confidence) -> None:
    answer = resolve(parse(name), ALL)
    assert (list(answer.episodes), answer.confidence) == (episodes, confidence), answer.reason
    assert answer.series_id is not None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Nobody.Knows.S01E01", "no series is called “Nobody Knows”"),
        ("S01E01.720p", "the name tells no series"),
        ("Harbour.Lights.720p", "the name tells no episode"),
        ("Harbour.Lights.S02E09.720p", "the series has no S02E09"),
        ("Harbour.Lights.S02E02-E04.720p", "the series has no S02E02 to E04"),
        ("Harbour.Lights.S07.720p", "the series has no season 7"),
        ("Harbour.Lights.S07-S09.720p", "the series has no seasons 7 to 9"),
        ("Harbour.Lights.S02.EXTRAS.720p", "extras of a season, none of its episodes"),
        ("Harbour.Lights.S02.Part.1.720p", "a part of season 2, and the name does not tell which episodes"),
        ("Harbour.Lights.E02.720p", "number 2, and the name does not tell the season"),
        ("Harbour.Lights.E02-E03.720p", "number 2 to 3, and the name does not tell the season"),
        ("Kumo.no.Michi.S03E14.1080p", "the series has no S03E14"),
        ("[Grp] Kumo no Michi - 12.5 [1080p]", "12.5 lies between two episodes: a recap, which has no number"),
        ("[Grp] Kumo no Michi OVA [1080p]", "a special, and the name does not tell which"),
        ("[Grp] Kumo no Michi - 99 [1080p]", "number 99, and the name does not tell the season"),
        ("Evening.Talk.2023.04.09.720p", "no episode aired on 2023-04-09"),
        ("Mini.E09.720p", "the only season has no number 9"),
    ],
)
def test_what_stays_open(name: str, reason: str) -> None:
    answer = resolve(parse(name), ALL)
    assert (answer.episodes, answer.confidence, answer.reason) == ((), Confidence.NONE, reason)


def test_no_interpretation_is_no_answer() -> None:
    assert resolve((), ALL).reason == "no name"


def test_two_series_of_one_title_are_told_apart_by_the_year_alone() -> None:
    old = Candidate(SeriesId(8), "Pier", 1999, episodes=season(1, 1, first_id=801))
    new = Candidate(SeriesId(9), "Pier (2020)", 2020, episodes=season(1, 1, first_id=901))
    assert resolve(parse("Pier.S01E01"), (old, new)).reason == (
        "2 series are called “Pier”, and no year tells them apart"
    )
    assert resolve(parse("Pier.1999.S01E01"), (old, new)).episodes == (801,)
    assert resolve(parse("Pier.2020.S01E01"), (old, new)).episodes == (901,)
    assert resolve(parse("Pier.2005.S01E01"), (old, new)).episodes == ()
    twins = (new, Candidate(SeriesId(10), "Pier 2020", 2020, episodes=season(1, 1, first_id=911)))
    assert resolve(parse("Pier.2020.S01E01"), twins).episodes == ()


def test_two_episodes_of_one_day_stay_open() -> None:
    twice = Candidate(
        SeriesId(5),
        "Twice",
        episodes=tuple(CoveredEpisode(EpisodeId(one), 1, one, air_date="2023-01-01") for one in (1, 2)),
    )
    assert resolve(parse("Twice.2023.01.01"), (twice,)).reason == "2 episodes aired on 2023-01-01"


def test_scene_numbers_are_what_releases_follow() -> None:
    split = Candidate(
        SeriesId(6),
        "Split",
        type=SeriesType.ANIME,
        episodes=(
            CoveredEpisode(EpisodeId(1), 1, 1, 1, scene_season=1, scene_number=1, scene_absolute=1),
            CoveredEpisode(EpisodeId(2), 1, 2, 2, scene_season=2, scene_number=1, scene_absolute=3),
            CoveredEpisode(EpisodeId(3), 2, 1, 3, scene_season=2, scene_number=2, scene_absolute=4),
        ),
    )
    by_scene = resolve(parse("Split.S02E01"), (split,))
    assert (by_scene.episodes, by_scene.confidence) == ((2,), Confidence.LIKELY)
    assert resolve(parse("Split.S02E02"), (split,)).confidence is Confidence.SURE
    assert resolve(parse("Split.S02.1080p"), (split,)).episodes == (2, 3)
    absolute = resolve(parse("[Grp] Split - 03 [1080p]"), (split,))
    assert (absolute.episodes, absolute.confidence) == ((2,), Confidence.LIKELY)
    assert resolve(parse("[Grp] Split - 04 [1080p]"), (split,)).confidence is Confidence.SURE


def test_episodes_that_share_a_number_come_together() -> None:
    shared = Candidate(
        SeriesId(7),
        "Shared",
        episodes=(
            CoveredEpisode(EpisodeId(1), 1, 1, scene_season=1, scene_number=1),
            CoveredEpisode(EpisodeId(2), 1, 2, scene_season=1, scene_number=1),
        ),
    )
    assert resolve(parse("Shared.S01E01"), (shared,)).episodes == (1, 2)


def test_an_absolute_number_of_a_standard_series_is_no_guess() -> None:
    named = Interpretation(kind=Kind.EPISODE, title="The Harbour & Lights", absolute=(4,))
    assert resolve((named,), ALL).episodes == ()


def test_files_of_a_download() -> None:
    answers = resolve_set(["Kumo no Michi/Season 2/01.mkv", "Kumo no Michi/Season 2/02.mkv"], ALL)
    assert [answer.episodes for answer in answers] == [(131,), (132,)]


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("The Harbour & Lights", "harbour.and_lights"),
        ("Évening Talk!", "Evening talk"),
        ("Don't Look", "Dont Look"),
        ("The", "THE"),
        ("云之路", "云之路"),
    ],
)
def test_titles_that_are_the_same(title: str, same: str) -> None:
    assert normalised(title) == normalised(same) != ""
