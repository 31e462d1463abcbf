"""The numbers that names tell, class by class: seasons, episodes, absolute numbers, dates, packs and specials."""

import pytest

from episodarr.downloads.release_name import Interpretation, Kind, parse


def likeliest(name: str) -> Interpretation:
    return parse(name)[0]


@pytest.mark.parametrize(
    ("name", "season", "episodes"),
    [
        ("Harbour.Lights.S02E07.1080p.WEB-DL.DDP5.1.H.264-GRP", 2, [7]),
        ("harbour lights s2e7", 2, [7]),
        ("Harbour Lights S02 E07", 2, [7]),
        ("Harbour Lights - S02 - E07 - The Pier", 2, [7]),
        ("Harbour.Lights.s02.e07.720p", 2, [7]),
        ("Harbour_Lights_S02_E07_720p", 2, [7]),
        ("Harbour Lights [S02E07] The Pier", 2, [7]),
        ("Harbour Lights (S02E07)", 2, [7]),
        ("Harbour.Lights.S02EP07.720p", 2, [7]),
        ("Harbour Lights S2 (Ep 7) 1440p", 2, [7]),
        ("Harbour Lights T02E07", 2, [7]),
        ("Harbour Lights T02XE07", 2, [7]),
        ("Harbour Lights SO2E07", 2, [7]),
        ("Harbour Lights Sn2 Ep7", 2, [7]),
        ("Harbour Lights S32-Week 45-Ep 6478", 32, [6478]),
        ("Harbour.Lights.S2019E231.720p", 2019, [231]),
        ("Harbour.Lights.S02E07.v2.720p", 2, [7]),
        ("Harbour.Lights.S02E07v2.720p", 2, [7]),
        ("Harbour.Lights.S02E07a.720p", 2, [7]),
        ("Harbour LightsS02E07 720p", 2, [7]),
        ("Harbour.Lights.S0207.720p", 2, [7]),
        ("Harbour Lights 2x07", 2, [7]),
        ("Harbour.Lights.2x07.720p", 2, [7]),
        ("Harbour.Lights.2009.2x07.720p", 2, [7]),
        ("Harbour Lights 2×07", 2, [7]),
        ("Harbour Lights 2х07", 2, [7]),  # a Cyrillic х
        ("Harbour Lights - [2x07] - The Pier", 2, [7]),
        ("Harbour Lights 2019x231", 2019, [231]),
        ("Harbour Lights - 2x7 [1920x1080]", 2, [7]),
        ("2-07 The Pier.mkv", 2, [7]),
        ("harbour_lights_02_07.avi", 2, [7]),
        ("harbour.lights.207.hdtv-grp", 2, [7]),
        ("harbour.lights.1207.hdtv-grp", 12, [7]),
        ("harbour.lights.0207.hdtv-grp", 2, [7]),
        ("harbour.lights.2015.0207-grp", 2, [7]),
        ("Harbour_Lights_207_The_Pier", 2, [7]),
        ("harbour.lights.207.208.hdtv-grp", 2, [7, 8]),
        ("0207", 2, [7]),
        ("Harbour Lights Season 2 Episode 7", 2, [7]),
        ("Harbour Lights Season 2, Episode 7", 2, [7]),
        ("Harbour Lights (Season 2_ Episode 7)", 2, [7]),
        ("Harbour Lights 2nd Season Episode 7", 2, [7]),
        ("Harbour Lights Second Season - 07", 2, [7]),
        ("Harbour Lights Season II Episode 7", 2, [7]),
        ("Hafen Staffel 2 Folge 7 German", 2, [7]),
        ("Hafen 2. Staffel Folge 7", 2, [7]),
        ("Le Port Saison 2 Episode 7 FRENCH", 2, [7]),
        ("El Puerto Temporada 2 Capitulo 7", 2, [7]),
        ("El Puerto - Temporada 2 [HDTV 720p][Cap.207][AC3 5.1]", 2, [7]),
        ("El Puerto [HDTV][Cap.1207]", 12, [7]),
        ("El Puerto [HDTV][Cap.207_209]", 2, [7, 8, 9]),
        ("Il Porto Stagione 2 Episodio 7", 2, [7]),
        ("Порт Сезон 2 Серия 7", 2, [7]),
        ("Порт / Harbour / Сезон: 2 / Серии: 1-3 из 8", 2, [1, 2, 3]),
        ("Порт 2 сезон 7 серия", 2, [7]),
        ("Порт 2-й сезон 07-я серия", 2, [7]),
        ("Port Sezon 2 Odcinek 7", 2, [7]),
        ("Liman.2.Sezon.7.Bölüm.2021.1080p", 2, [7]),
        ("Kikötő 2. évad 7. rész", 2, [7]),
        ("Haven Se.2 afl.7 en 8", 2, [7, 8]),
        ("海港 第2季 第07集", 2, [7]),
        ("海港 第十二季 第二十三集", 12, [23]),
        ("海港 シーズン2 第7話", 2, [7]),
        ("항구 시즌 2 7화", 2, [7]),
        ("Harbour.Lights.Series.2.Part.7.720p", 2, [7]),
        ("Harbour.Lights.s02.07.AVC", 2, [7]),
        ("Harbour Lights S02 07.mkv", 2, [7]),
        ("Harbour Lights Season 2 4of6 720p", 2, [4]),
        ("[Grp] Harbour - S2 - 07 [1080p]", 2, [7]),
        ("Harbour - 07 [S2-07] 480p", 2, [7]),
        ("Harbour Season 3 - 02 720p", 3, [2]),
        ("Harbour Season 3 02 720p", 3, [2]),
    ],
)
def test_season_and_episode(name: str, season: int, episodes: list[int]) -> None:
    found = likeliest(name)
    assert (found.season, list(found.episodes), found.absolute) == (season, episodes, ())
    assert found.kind is (Kind.EPISODE if len(episodes) == 1 else Kind.MULTI_EPISODE)
    assert found.tv


@pytest.mark.parametrize(
    ("name", "season", "episodes"),
    [
        ("Harbour.S02E07E08.720p", 2, [7, 8]),
        ("Harbour.S02E07-E09.720p", 2, [7, 8, 9]),
        ("Harbour.S02E07-09.720p", 2, [7, 8, 9]),
        ("Harbour S02E07 - E08 - The Pier", 2, [7, 8]),
        ("Harbour S02E07 - S02E08 - The Pier", 2, [7, 8]),
        ("Harbour.S02E07.S02E08.720p", 2, [7, 8]),
        ("Harbour.S02E07+08.720p", 2, [7, 8]),
        ("Harbour.S02E07+E08.720p", 2, [7, 8]),
        ("Harbour S02E07 E08 720p", 2, [7, 8]),
        ("Harbour S02E07 and 08", 2, [7, 8]),
        ("Harbour S02E07 a E09", 2, [7, 8, 9]),
        ("Harbour Season 2 Ep 1 to 3", 2, [1, 2, 3]),
        ("Harbour.S02E1-E2-E3.720p", 2, [1, 2, 3]),
        ("Harbour (S02E06-08 of 24)", 2, [6, 7, 8]),
        ("Harbour (S02E06 - 08 of 24)", 2, [6, 7, 8]),
        ("Harbour - 2x07-2x08 - The Pier", 2, [7, 8]),
        ("Harbour - 2x07x08x09", 2, [7, 8, 9]),
        ("Harbour - [02x07-x08]", 2, [7, 8]),
        ("2x07_08 - The Pier", 2, [7, 8]),
        ("Harbour.2x07-08.720p", 2, [7, 8]),
        ("Harbour 2020x15 - 2020x16", 2020, [15, 16]),
        ("Harbour Season 2 Episode 07-08", 2, [7, 8]),
        ("Harbour Season 2 Episodes 7 & 8", 2, [7, 8]),
        ("Harbour S02E07-99 Balloons", 2, [7]),
        ("Harbour S02E13-3_Acts", 2, [13]),
        ("Harbour S02E20 50-50", 2, [20]),
        ("Harbour S02E07 - 94 Days", 2, [7]),
        ("[Grp] Harbour Season 2 (01-12) [Batch]", 2, list(range(1, 13))),
    ],
)
def test_several_episodes(name: str, season: int, episodes: list[int]) -> None:
    found = likeliest(name)
    assert (found.season, list(found.episodes)) == (season, episodes)


@pytest.mark.parametrize(
    ("name", "absolute"),
    [
        ("[Grp] Kumo no Michi - 07 [1080p][1A2B3C4D].mkv", [7]),
        ("[Grp]_Kumo_no_Michi_-_07_[1080p]", [7]),
        ("[Grp] Kumo no Michi - 07v2 [1080p]", [7]),
        ("[Grp] Kumo no Michi 07 [1080p]", [7]),
        ("[Grp] Kumo no Michi - 1107 [1080p]", [1107]),
        ("[Grp] Kumo no Michi 1004 [1A2B3C4D]", [1004]),
        ("[Grp] Kumo no Michi #07 [1080p]", [7]),
        ("[Grp] Kumo no Michi Ep07 [1080p]", [7]),
        ("[Grp] Kumo no Michi Episode 7 [1080p]", [7]),
        ("[Grp] Kumo no Michi Episode 7.5 [1080p]", [7.5]),
        ("[Grp] Kumo no Michi - E07 [1080p]", [7]),
        ("[Grp] Kumo no Michi - 07 END [1080p]", [7]),
        ("[Grp][Kumo no Michi][07][1080p]", [7]),
        ("[Grp][Kumo no Michi][07v2][1080p]", [7]),
        ("[Grp][Kumo no Michi][07 END][1080p]", [7]),
        ("【字幕组】★04月新番[云之路/Kumo no Michi][07完][1080P]", [7]),
        ("【字幕组】[云之路][Kumo no Michi][2019][07][1080P]", [7]),
        ("[字幕组] 云之路 / Kumo no Michi - 07 [WebRip 1080p]", [7]),
        ("[字幕组][KUMO 云之路][第07话][1080P]", [7]),
        ("[字幕组] 云之路 第12.5话", [12.5]),
        ("Kumo 第195話.mkv", [195]),
        ("[Grp] Kumo no Michi - ０７ [1080p]", [7]),
        ("[Grp] Kumo no Michi - 12.5 [1080p]", [12.5]),
        ("[Grp] Kumo no Michi - 26.5.1 (1080p)", [26.5]),
        ("[Grp] Kumo no Michi 2 - 03 [1080p]", [3]),
        ("[Grp] Kumo no Michi 100 - 101 [1080p]", [101]),
        ("[Grp] 009-1 - 02 (H264)", [2]),
        ("[Grp] Kumo no Michi (2019) - 07 [1080p]", [7]),
        ("[Grp] Kumo no Michi - 07 - 24 Hours [1080p]", [7]),
        ("[Grp] Kumo 300-nen no Michi 02 [1080p]", [2]),
        ("[Grp] Kumo no Michi S2 - 07 [1080p]", [7]),
        ("[Grp][Kumo no Michi S02][07][1080p]", [7]),
        ("Kumo no Michi - 207 - The Pier", [207]),
        ("Kumo no Michi: 30 [Web][1080p]", [30]),
        ("Kumo no Michi (2010) {01} The Pier", [1]),
        ("Kumo.E1135.German.1080p", [1135]),
        ("kumo_no_michi_e66_the_pier", [66]),
        ("Liman 60.Bolum (31.01.2023) 720p", [60]),
        ("kumo-no-michi-episode-25-1080p", [25]),
        ("Kumo+Episode+3", [3]),
        ("Kumo-no-Michi-656 The Pier", [656]),
        ("Kumo!-03-The-Pier", [3]),
        ("[Grp] 06 Kumo no Michi (720p)", [6]),
        ("03-Kumo", [3]),
        ("01 - The Pier", [1]),
        ("03. The Pier", [3]),
        ("07", [7]),
        ("Kumo (9)", [9]),
        ("[Grp] Kumo - 01-02-03 - The Pier", [1, 2, 3]),
        ("[Grp]_Kumo_26-27_[1A2B3C4D]", [26, 27]),
        ("[Grp] Kumo - 01 - 12 [1080p] [Batch]", list(range(1, 13))),
        ("[Grp] Kumo - 01 ~ 12 [1080p]", list(range(1, 13))),
        ("[Grp] Kumo - 01+07 [1080p]", [1, 7]),
        ("[Grp][Kumo][01-24Fin][720P]", list(range(1, 25))),
        ("[Grp][Kumo][01-24完][720P]", list(range(1, 25))),
        ("Kumo HD [1080p] (001-020) [Complete]", list(range(1, 21))),
        ("[Grp] 212 - The Pier", [212]),
    ],
)
def test_absolute_numbers(name: str, absolute: list[float]) -> None:
    found = likeliest(name)
    assert (found.season, found.episodes, list(found.absolute)) == (None, (), absolute)


@pytest.mark.parametrize(
    ("name", "episodes"),
    [
        ("harbour-lights-e07-720p", [7]),
        ("Harbour.Lights.E07-E08.180612.1080p-GRP", [7, 8]),
        ("Harbour.Lights.E223.251015.1080p-GRP", [223]),
        ("Harbour Lights E01-02-03", [1, 2, 3]),
        ("Harbour Lights E01E02E04", [1, 2, 4]),
        ("Harbour.Lights.Part.3.720p", [3]),
        ("Harbour.Lights.Part.Two.720p", [2]),
        ("Episode III", [3]),
        ("Harbour Lights 2of6 720p", [2]),
        ("Harbour Lights Part 2 of 6 720p", [2]),
        ("Harbour.Lights.14.of.21.720p", [14]),
        ("210810 Harbour Lights ep05.mp4", [5]),
    ],
)
def test_episodes_of_a_name_without_a_season(name: str, episodes: list[int]) -> None:
    found = likeliest(name)
    assert (found.season, list(found.episodes), found.absolute) == (None, episodes, ())


@pytest.mark.parametrize(
    ("name", "season", "episodes", "absolute"),
    [
        ("[Grp] Kumo 10x14 214", 10, [14], [214]),
        ("[Grp] Kumo 214 10x14", 10, [14], [214]),
        ("[Grp] Kumo - 05 - S01E05 - The Pier", 1, [5], [5]),
        ("Kumo - S01E01-02 (001-002) - The Pier", 1, [1, 2], [1, 2]),
        ("Kumo.313-315.s16e03-05", 16, [3, 4, 5], [313, 314, 315]),
        ("[Grp] Kumo - 15.5 (S00E01) [1080p]", 0, [1], [15.5]),
        ("Warehouse.13.S01E01", 1, [1], []),
        ("5x09 - 100 [720p]", 5, [9], []),
    ],
)
def test_a_season_and_an_absolute_number(name: str, season: int, episodes: list[int], absolute: list[float]) -> None:
    found = likeliest(name)
    assert (found.season, list(found.episodes), list(found.absolute)) == (season, episodes, absolute)


@pytest.mark.parametrize(
    ("name", "date", "title"),
    [
        ("Evening Talk 2023 04 15 1080i HDTV", "2023-04-15", "Evening Talk"),
        ("Evening.Talk.2023.04.15.A.Guest.720p", "2023-04-15", "Evening Talk"),
        ("2023.04.15 - Evening Talk", "2023-04-15", ""),
        ("2020.Evening.Talk.2023.12.02.HDTV", "2023-12-02", "2020 Evening Talk"),
        ("Evening_Talk_04.28.2023_hdtv", "2023-04-28", "Evening Talk"),
        ("Evening.Talk.28.04.2023.hdtv", "2023-04-28", "Evening Talk"),
        ("Evening.Talk.2023.28.04.hdtv", "2023-04-28", "Evening Talk"),
        ("Evening_Talk_230422_720p", "2023-04-22", "Evening Talk"),
        ("EveningTalk_20230422_1930", "2023-04-22", "EveningTalk"),
        ("Evening Talk 4th June 2023 WEB", "2023-06-04", "Evening Talk"),
        ("Evening Talk June 4, 2023 WEB", "2023-06-04", "Evening Talk"),
        ("Evening Talk 2023 Oct 25 A Guest", "2023-10-25", "Evening Talk"),
        ("Evening Talk 25/10/2023 A Guest", "2023-10-25", "Evening Talk"),
        ("Evening Talk 20231013 Ep7432 720p", "2023-10-13", "Evening Talk"),
        ("evening.talk.28.09.03.avi", "2003-09-28", "evening talk"),
        ("Newsreel (1955) - 1954-01-23 05 00 - The Pier", "1954-01-23", "Newsreel (1955)"),
    ],
)
def test_air_dates(name: str, date: str, title: str) -> None:
    found = likeliest(name)
    assert (found.air_date, found.title, found.kind) == (date, title, Kind.EPISODE)


def test_a_date_beside_an_episode_is_told_too() -> None:
    found = likeliest("Evening Talk Ep 19 (13 Feb 2016) HDTV")
    assert (found.absolute, found.air_date) == ((19,), "2016-02-13")


@pytest.mark.parametrize(
    ("name", "kind", "seasons"),
    [
        ("Harbour.Lights.S02.1080p.WEB-DL", Kind.SEASON_PACK, [2]),
        ("Harbour Lights Season 2 720p", Kind.SEASON_PACK, [2]),
        ("Harbour Lights Season2 720p", Kind.SEASON_PACK, [2]),
        ("Harbour Lights S 02 720p", Kind.SEASON_PACK, [2]),
        ("Harbour.Lights.S02.COMPLETE.720p", Kind.SEASON_PACK, [2]),
        ("[Grp] Harbour Lights (Season 2) [Batch]", Kind.SEASON_PACK, [2]),
        ("Harbour.Lights.S02D01.BLURAY", Kind.SEASON_PACK, [2]),
        ("Harbour Lights - Series 2 (1970) DivX", Kind.SEASON_PACK, [2]),
        ("Le Port SAISON 2 720p", Kind.SEASON_PACK, [2]),
        ("Il.Porto.Stagione.2.HDTV", Kind.SEASON_PACK, [2]),
        ("El Puerto Temporada 2 de 5 1080p", Kind.SEASON_PACK, [2]),
        ("El Puerto 3ª Temporada Dublado", Kind.SEASON_PACK, [3]),
        ("Порт [全24集].Harbour.S02.2023.1080p", Kind.SEASON_PACK, [2]),
        ("海港 2期", Kind.SEASON_PACK, [2]),
        ("Harbour Lights / S2E1-8 of 8 [2024, WEB-DL]", Kind.SEASON_PACK, [2]),
        ("Harbour.Lights.S02.EXTRAS.DVDRip", Kind.SEASON_EXTRA, [2]),
        ("Harbour.Lights.S02.SUBPACK.DVDRip", Kind.SEASON_EXTRA, [2]),
        ("[Grp] Harbour Lights S2 - Ending [1080p]", Kind.SEASON_EXTRA, [2]),
        ("Harbour.Lights.S02.Part.1.1080p", Kind.PARTIAL_SEASON, [2]),
        ("Harbour Lights S02 Vol 2 1080p", Kind.PARTIAL_SEASON, [2]),
        ("Harbour.Lights.S01-S03.1080p", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights S01-03 1080p", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights S01 - S03 1080p", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights S01--S03", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights S01 S03 (1080p)", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights S01 03 (1080p)", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights S01+S03", Kind.MULTI_SEASON, [1, 3]),
        ("[Grp] Harbour Lights s01s02", Kind.MULTI_SEASON, [1, 2]),
        ("Harbour Lights Seasons 1-3", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights Season 1 to 3", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights Seasons 1 - 3 720p", Kind.MULTI_SEASON, [1, 2, 3]),
        ("[Grp] Kumo S01-S03 - 07 [1080p]", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights S02-S01 720p", Kind.SEASON_PACK, [2]),
        ("Harbour Lights Seasons 1 and 2", Kind.MULTI_SEASON, [1, 2]),
        ("Harbour.Lights.Season.1&3", Kind.MULTI_SEASON, [1, 3]),
        ("Harbour Lights Season 1 2 3 720p", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights 1-3 Seasons", Kind.MULTI_SEASON, [1, 2, 3]),
        ("El Puerto 1ª a 3ª Temporada Completa", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights Season 01 - Season 03", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Harbour Lights S01E01-S03E12", Kind.MULTI_SEASON, [1, 2, 3]),
        ("Порт / Сезон: 1-3 / 2019", Kind.MULTI_SEASON, [1, 2, 3]),
    ],
)
def test_packs(name: str, kind: Kind, seasons: list[int]) -> None:
    found = likeliest(name)
    assert (found.kind, list(found.seasons), found.season, found.episodes) == (kind, seasons, seasons[0], ())


def test_a_part_of_a_season_is_told() -> None:
    assert likeliest("Harbour.Lights.S02.Part.1.1080p").part == 1


def test_a_pack_of_seasons_may_count_through() -> None:
    found = likeliest("[Grp] Kumo S01-S03 001-068 [1080p]")
    assert (found.kind, len(found.episodes)) == (Kind.MULTI_SEASON, 68)


@pytest.mark.parametrize(
    ("name", "season", "absolute"),
    [
        ("[Grp] Kumo OVA - The Other (1080p) [1A2B3C4D]", 0, []),
        ("[Grp] Kumo - NCOP1 [1080p]", 0, []),
        ("[Grp] Kumo - SP1 [1080p]", None, [1]),
        ("[Grp] Kumo Special 3 [1080p]", None, [3]),
        ("[Grp] Kumo OVA 3.5 (1080p)", None, [3.5]),
        ("Kumo OVA 2 1080p", None, [2]),
    ],
)
def test_specials(name: str, season: int | None, absolute: list[float]) -> None:
    found = likeliest(name)
    assert (found.kind, found.season, list(found.absolute), found.special) == (Kind.SPECIAL, season, absolute, True)


def test_special_marks() -> None:
    assert likeliest("Harbour.S00E03.720p").special
    assert likeliest("Harbour S01E11.5 [SP]-The Pier").special
    assert not likeliest("Harbour.S01E05.5.1.DD").special
    assert likeliest("[Grp] Kumo - 01 - OVA [1080p]").special
    assert likeliest("Harbour.S02.Special-Inside.720p").kind is Kind.SPECIAL
    assert likeliest("Big.Special.Show.S05.720p").kind is Kind.SEASON_PACK
