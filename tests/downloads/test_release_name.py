"""Release names, class by class. The names are our own; scores over labelled names are in `bench`.

The numbers that they tell have a file of their own, `test_release_numbers.py`.
"""

import pytest

from episodarr.downloads.release_name import Kind, parse, parse_path, parse_set


@pytest.mark.parametrize(
    "name",
    [
        "The.Long.Pier.2013.1080p.BluRay.x264-GRP",
        "The Long Pier (2013) [1080p]",
        "The.Long.Pier.2.2013.1080p.BluRay",
        "The.Long.Pier.2.German.1080p.BluRay",
        "28.Piers.2002.1080p",
        "Pier.Part.Two.2024.2160p",
        "The Long Pier Part III",
        "The Long Pier Movie Part 1 [BD]",
        "1917.2019.1080p",
        "Pier-2007-FRENCH-TVRip",
        "Pier.1951.DVDRip",
        "Pier 1950 10 14 1080i HDTV",
        "Pier - 05-06-2024 HDTV 1080p",
        "Pier CD1of2 DVDRip",
        "7d9a2f7be0c14b6a9e1d5f3c2b8a7d60",
        "0e895c37245186812cb08aab1529cf8ee389dd05.mkv",
        "QZC4HDl7ncmzyUj9amucWe1ddKU1oFMZDd8r0dEDUsTd",
        "theharbour1618finale",
        "THIS IS NOT A RELEASE",
        "Specials/Harbour - The Pier (part 1)",
        "[Grp] Kumo Vol.1&2 (1080p)",
        "[Grp] Kumo no.6 (1080p)",
        "[Grp] Kumo Movie 2 [1080p]",
        "[Grp] Kumo 100% [1080p]",
        "007.Pier.[FRENCH]",
        "",
        "   ",
        "[]",
    ],
)
def test_what_is_no_episode(name: str) -> None:
    found = parse(name)[0]
    assert found.kind is Kind.UNKNOWN
    assert not found.tv
    assert (found.season, found.episodes, found.absolute, found.air_date) == (None, (), (), "")


def test_a_name_spelled_backwards() -> None:
    found = parse("70E20S.sthgiL.ruobraH.mkv")[0]
    assert (found.title, found.season, found.episodes) == ("Harbour Lights", 2, (7,))


@pytest.mark.parametrize(
    ("name", "title", "year", "group", "version"),
    [
        ("Harbour.Lights.2019.S02E07.720p-GRP", "Harbour Lights 2019", 2019, "GRP", 1),
        ("Harbour Lights (2019) S02E07 REPACK 720p-GRP[site]", "Harbour Lights (2019)", 2019, "GRP", 2),
        ("Harbour.S02E07.RERIP2.720p-GRP", "Harbour", None, "GRP", 3),
        ("1234 S02E07", "1234", None, "", 1),
        ("[Grp] Kumo - 07v3 [1080p]", "Kumo", None, "Grp", 3),
        ("Kumo - 07 [Grp]", "Kumo", None, "Grp", 1),
        ("(Hi10)_Kumo_-_07v2_(720p)", "Kumo", None, "Hi10", 2),
        ("[ www.site.org ] - Harbour.S02E07.720p", "Harbour", None, "", 1),
        ("[123456]-[FULL]-[ Harbour.S02E07.720p-GRP ]", "Harbour", None, "", 1),
        ("Порт AKA Harbour S02 1080p", "Harbour", None, "", 1),
        ("Порт (S2E1-4) / Harbour: Legacy (S2E1-4) (2023)", "Harbour: Legacy", None, "", 1),
        ("[Grp] SERIES / SERIES 云之路 - 11 [1080P]", "SERIES", None, "Grp", 1),
        ("[字幕组][云之路][07][1080P]", "云之路", None, "字幕组", 1),
        ("[字幕组][云之路 第二季][05][1080P]", "云之路", None, "字幕组", 1),
        ("云之路.第一季.S01E05.2023.1080p", "云之路", None, "", 1),
        ("[Grp][BD][1080p] Kumo 08 [1A2B3C4D]", "Kumo", None, "Grp", 1),
        ("Harbour Complete Series S01 S04 (1080p)", "Harbour", None, "", 1),
        ("Dr. Harbour S01E02", "Dr. Harbour", None, "", 1),
        ("Mr.Harbour Two S01E02", "Mr Harbour Two", None, "", 1),
        ("Harbour (unclosed S01E02", "Harbour", None, "", 1),
        ("[Grp] Kumo S02 - 07 [1080p]", "Kumo S2", None, "Grp", 1),
        ("The.Long.Pier.2013.1080p.BluRay.x264-GRP", "The Long Pier", None, "GRP", 1),
        ("Steven Harbour", "Steven Harbour", None, "", 1),
    ],
)
def test_title_year_group_and_version(name: str, title: str, year: int | None, group: str, version: int) -> None:
    found = parse(name)[0]
    assert (found.title, found.year, found.group, found.version) == (title, year, group, version)


def test_the_other_interpretations_follow() -> None:
    found = parse("[Grp] Kumo S2 - 07 [1080p]")
    assert [(one.title, one.season, one.episodes, one.absolute) for one in found[:2]] == [
        ("Kumo S2", None, (), (7,)),
        ("Kumo", 2, (7,), ()),
    ]
    found = parse("harbour.lights.207.hdtv-grp")
    assert [(one.season, one.episodes, one.absolute) for one in found[:2]] == [(2, (7,), ()), (None, (), (207,))]


@pytest.mark.parametrize(
    ("path", "title", "season", "episodes", "absolute"),
    [
        ("Harbour/Season 02/01 Pilot (1080p HD).mkv", "Harbour", 2, [1], []),
        ("Harbour/Season 2/1 Pilot.mkv", "Harbour", 2, [1], []),
        ("C:\\Shows\\Harbour\\S02\\07.mkv", "Harbour", 2, [7], []),
        ("Harbour/Season 4/Harbour [401] The Pier.avi", "Harbour", 4, [1], []),
        ("Harbour/Season 2/Harbour - S02E21 - 94 Days.mkv", "Harbour", 2, [21], []),
        ("Harbour.S01E01.720p-GRP/abcd101.avi", "Harbour", 1, [1], []),
        ("Harbour - 10x12 - 24 Hours/1012 - Hours.avi", "Harbour", 10, [12], []),
        ("Harbour S03E08/Harbour S05.mkv", "Harbour", 3, [8], []),
        ("Kumo 921-928 [1080p]/921.mkv", "Kumo", None, [], [921]),
        ("[Grp] Kumo/Season 2/[Grp] Kumo S2 - 01 [1080p].mkv", "Kumo", 2, [1], []),
        ("Kumo/Specials/Kumo - 01.mkv", "Kumo", 0, [1], []),
        ("Kumo/Season 1/Kumo - 12.5.mkv", "Kumo", 1, [], [12.5]),
        ("Kumo/Kumo - 06.mkv", "Kumo", None, [], [6]),
        ("Harbour S1+S2+S3/1/01 - The Pier.mkv", "Harbour", 1, [1], []),
        ("Harbour/Season 1/The Pier.mkv", "The Pier", 1, [], []),
        ("Harbour/2023/Evening.Talk.2023.04.15.mkv", "Evening Talk", None, [], []),
    ],
)
def test_paths(path: str, title: str, season: int | None, episodes: list[int], absolute: list[float]) -> None:
    found = parse_path(path)[0]
    assert (found.title, found.season) == (title, season)
    assert (list(found.episodes), list(found.absolute)) == (episodes, absolute)


def test_the_files_of_a_set_are_read_together() -> None:
    read = parse_set(["Kumo [12] 01/x.mkv", "Kumo/a 3 - 01 [12].mkv"])
    assert len(read) == 2
    constant = parse_set([f"Kumo/Kumo 3 {number:02} [07].mkv" for number in (1, 2, 4)])
    assert [found[0].absolute for found in constant] == [(1,), (2,), (4,)]
    alone = parse_set(["Kumo/Kumo 3 01 [07].mkv"])
    assert alone[0][0].absolute == (7,)
    same = parse_set(["Kumo/Kumo - 01 [720p].mkv", "Kumo/Kumo - 01 [480p].mkv"])
    assert [found[0].absolute for found in same] == [(1,), (1,)]
