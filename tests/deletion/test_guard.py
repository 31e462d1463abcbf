"""The last look (D10, D11, D15, D17, D18): each thing that differs, and each thing that forbids, keeps a file."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.deletion.guard import (
    file_refusal,
    inside,
    path_refusal,
    same_or_inside,
    seeding_refusal,
    sharing,
    torrent_refusal,
)
from episodarr.deletion.journal import Caps
from episodarr.deletion.plan import PlannedEpisode, PlannedFile, PlannedTorrent
from episodarr.deletion.systems import HeldFile, HeldTorrent, ManagedFile, ManagedPart, Owner, Root

PATH = "/media/tv/Alpha/Season 1/Alpha S01E01.mkv"
PLANNED = PlannedFile(
    connection=1,
    manager="Sonarr",
    owner_id=7,
    owner_ids=(100, 200),
    title="Alpha",
    label="Alpha S01E01",
    file_id=3,
    path=PATH,
    size=1000,
    series_id=1,
    episodes=(PlannedEpisode(11, 31, 1, 1, "One"),),
)
LIVE = ManagedFile(3, 7, PATH, 1000, (ManagedPart(31, monitored=False, season_number=1, number=1),))
OWNER = Owner(7, "Alpha", "/media/tv/Alpha", frozenset(), tvdb_id=100, tmdb_id=200)
ROOTS = [Root("/media/tv", accessible=True)]

HASH = "a" * 40
TORRENT = HeldTorrent(HASH, "Alpha S01", "/downloads/tv/Alpha S01", "/downloads/tv", 3000, True, 2.0, 0, False)
WANTED = PlannedTorrent(2, "qBittorrent", HASH, "Alpha S01", "/downloads/tv/Alpha S01", 3000, 1, (0,), "all of it goes")
FILES = [HeldFile("Alpha S01/a.mkv", 3000, wanted=True)]


def refusal(planned=PLANNED, live=LIVE, owner=OWNER, roots=ROOTS, arriving=(), tags=("keep",)) -> str:
    return file_refusal(planned, live, owner, roots, arriving, tags)


def test_the_very_file_may_go() -> None:
    assert refusal() == ""


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"live": replace(LIVE, id=4)}, "another file under its number"),
        ({"live": replace(LIVE, owner_id=8)}, "another file under its number"),
        ({"live": replace(LIVE, path=PATH + "x")}, "lies elsewhere"),
        ({"live": replace(LIVE, size=1001)}, "another size"),
        ({"live": replace(LIVE, parts=(*LIVE.parts, ManagedPart(32, monitored=False)))}, "other episodes"),
        ({"live": replace(LIVE, parts=())}, "other episodes"),
        ({"owner": None}, "does not know what it belongs to"),
        ({"owner": replace(OWNER, id=8)}, "does not know what it belongs to"),
        ({"owner": replace(OWNER, tvdb_id=101)}, "another title"),
        ({"owner": replace(OWNER, tmdb_id=0)}, "another title"),
        ({"owner": replace(OWNER, tags=frozenset({"keep"}))}, "tagged “keep”"),
        ({"owner": replace(OWNER, tags=frozenset({"mine"})), "tags": ("Mine",)}, "tagged “mine”"),
        ({"arriving": {31}}, "on its way"),
        ({"owner": replace(OWNER, path="/media/tv/Beta")}, "does not lie inside the folder of its show"),
        ({"roots": []}, "any library folder"),
        ({"roots": [Root("/media/anime", accessible=True)]}, "any library folder"),
        ({"roots": [Root("/media/tv", accessible=False)]}, "is its disk mounted"),
        ({"planned": msgspec.structs.replace(PLANNED, file_id=0)}, "its id is none"),
        ({"planned": msgspec.structs.replace(PLANNED, owner_id=0)}, "its id is none"),
        (
            {
                "planned": msgspec.structs.replace(PLANNED, owner_ids=(0, 0)),
                "owner": replace(OWNER, tvdb_id=0, tmdb_id=0),
            },
            "another title",
        ),
    ],
)
def test_whatever_differs_keeps_it_d10(changed, why: str) -> None:
    assert why in refusal(**changed)


def test_an_id_that_was_never_known_does_not_have_to_agree() -> None:
    planned = msgspec.structs.replace(PLANNED, owner_ids=(100, 0))
    assert refusal(planned, owner=replace(OWNER, tmdb_id=0)) == ""


@pytest.mark.parametrize(
    "path", ["", " ", "/", "C:\\", "relative/file.mkv", "/media/tv/../x.mkv", "/media/tv/Alpha/a\0b"]
)
def test_paths_that_are_none_d11(path: str) -> None:
    assert path_refusal(path, "/media/tv/Alpha", ROOTS)
    assert path_refusal("/media/tv/Alpha/a.mkv", path, ROOTS)


def test_the_folder_itself_a_neighbour_and_the_root_stay_d11() -> None:
    assert path_refusal("/media/tv/Alpha", "/media/tv/Alpha", ROOTS)
    assert path_refusal("/media/tv/Alphabet/a.mkv", "/media/tv/Alpha", ROOTS)
    assert path_refusal("/media/tv/a.mkv", "/media/tv", ROOTS)
    assert path_refusal("/media/tv/Alpha/a.mkv", "/media/tv/Alpha", [Root("/", accessible=True)])


def test_windows_paths_are_told_apart_by_their_names_alone() -> None:
    roots = [Root("D:\\TV", accessible=True)]
    assert path_refusal("d:\\tv\\Alpha\\a.mkv", "D:\\TV\\Alpha", roots) == ""
    assert path_refusal("\\\\nas\\tv\\Alpha\\a.mkv", "\\\\NAS\\tv\\Alpha", [Root("\\\\nas\\tv", accessible=True)]) == ""
    assert path_refusal("D:\\TV\\Alphabet\\a.mkv", "D:\\TV\\Alpha", roots)


@given(st.lists(st.sampled_from(["a", "b", ".", "A", "ab"]), min_size=1, max_size=5), st.integers(0, 4))
def test_inside_is_what_paths_mean(names: list[str], cut: int) -> None:
    path, folder = "/" + "/".join(names), "/" + "/".join(names[:cut])
    plain, above = [one for one in names if one != "."], [one for one in names[:cut] if one != "."]
    assert inside(path, folder) == (len(plain) > len(above))
    assert not inside(folder, path)
    assert same_or_inside(path, path)


def test_a_torrent_may_go_when_nothing_else_needs_it() -> None:
    assert torrent_refusal(WANTED, TORRENT, FILES, [TORRENT], ROOTS, Caps()) == ""


@pytest.mark.parametrize("name", ["all", "", "a|b", "A" * 40, "a" * 39, "g" * 40])
def test_only_an_info_hash_names_a_torrent_d11(name: str) -> None:
    planned, live = msgspec.structs.replace(WANTED, hash=name), replace(TORRENT, hash=name)
    assert "info hash" in torrent_refusal(planned, live, FILES, [live], ROOTS, Caps())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"hash": "b" * 40}, "info hash"),
        ({"content_path": "/downloads/tv/Other"}, "lie elsewhere now"),
        ({"save_path": "/downloads/films"}, "own download folder"),
    ],
)
def test_whatever_differs_keeps_a_torrent_d10(changed, why: str) -> None:
    live = replace(TORRENT, **changed)
    assert why in torrent_refusal(WANTED, live, FILES, [live], ROOTS, Caps())


def test_other_files_than_shown_keep_it_d9() -> None:
    assert "other files" in torrent_refusal(WANTED, TORRENT, [*FILES, *FILES], [TORRENT], ROOTS, Caps())


@pytest.mark.parametrize(
    "path", ["/downloads/tv/Alpha S01", "/downloads/tv/Alpha S01/a.mkv", "/downloads/tv", "/downloads"]
)
def test_what_shares_its_files_keeps_it_d15(path: str) -> None:
    other = replace(TORRENT, hash="b" * 40, name="Twin", content_path=path)
    assert sharing(TORRENT, [TORRENT, other]) == "another torrent shares its files: Twin"
    assert "Twin" in torrent_refusal(WANTED, TORRENT, FILES, [TORRENT, other], ROOTS, Caps())


def test_a_neighbour_shares_nothing() -> None:
    other = replace(TORRENT, hash="b" * 40, content_path="/downloads/tv/Alpha S01 (2)")
    assert sharing(TORRENT, [other]) == ""


@pytest.mark.parametrize("root", ["/downloads/tv/Alpha S01", "/downloads", "/downloads/tv/Alpha S01/in"])
def test_data_in_the_library_itself_stays_d15(root: str) -> None:
    """Also when somebody chose the torrent: its files and those of the library are the same."""
    chosen = msgspec.structs.replace(WANTED, chosen=True)
    roots = [Root(root, accessible=True)]
    assert "in the library folder" in torrent_refusal(chosen, TORRENT, FILES, [TORRENT], roots, Caps())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"complete": False}, "not complete"),
        ({"private": True}, "private"),
        ({"private": None}, "not told whether"),
        ({"ratio": 0.5}, "ratio 0.50 of 1"),
        ({"ratio": None}, "ratio unknown of 1"),
        ({"ratio": 0.5, "seeding_seconds": 3600 * 167}, "167 of 168 hours"),
    ],
)
def test_what_should_seed_stays_unless_chosen_d15(changed, why: str) -> None:
    live = replace(TORRENT, **changed)
    assert why in seeding_refusal(live, Caps())
    assert why in torrent_refusal(WANTED, live, FILES, [live], ROOTS, Caps())
    assert torrent_refusal(msgspec.structs.replace(WANTED, chosen=True), live, FILES, [live], ROOTS, Caps()) == ""


def test_either_minimum_is_enough_and_none_asks_for_nothing() -> None:
    assert seeding_refusal(replace(TORRENT, ratio=1.0), Caps()) == ""
    assert seeding_refusal(replace(TORRENT, ratio=0.1, seeding_seconds=3600 * 168), Caps()) == ""
    assert seeding_refusal(replace(TORRENT, ratio=0.1), Caps(seeding_ratio=0, seeding_hours=0)) == ""
    assert seeding_refusal(replace(TORRENT, ratio=0.1), Caps(seeding_ratio=0.1, seeding_hours=0)) == ""
    assert seeding_refusal(replace(TORRENT, ratio=0.0), Caps(seeding_ratio=0.1, seeding_hours=0))
