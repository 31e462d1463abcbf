"""One file under two names (R-D9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.imports.model import ImporterFile, ImporterFolder
from episodarr.imports.paths import (
    MappingProblem,
    PathMapping,
    is_at,
    key,
    read_mappings,
    root_of,
    tail,
    under,
)

HERE = "/media/anime/Blue Lantern (2023)/Season 02/Blue Lantern - S02E01.mkv"
RELATIVE = "Blue Lantern (2023)/Season 02/Blue Lantern - S02E01.mkv"
FOLDERS = [ImporterFolder(1, "/data/anime"), ImporterFolder(2, "/data/other")]


def test_mappings_are_read_in_several_spellings() -> None:
    wanted = [PathMapping("/media/anime", "/data/anime"), PathMapping("/tv2", "/mnt/tv2")]
    assert read_mappings("/media/anime = /data/anime; /tv2=/mnt/tv2/") == wanted
    assert read_mappings("\n/media/anime=/data/anime\n\n/tv2 = /mnt/tv2") == wanted
    assert read_mappings("D:\\anime = /data/anime") == [PathMapping("D:/anime", "/data/anime")]
    assert read_mappings(" ; ") == []


@pytest.mark.parametrize("text", ["/media/anime", "/media/anime =", "= /data", "/a = /b; /c"])
def test_a_mapping_that_cannot_be_read_says_how_it_should_look(text: str) -> None:
    with pytest.raises(MappingProblem, match="write /path/in/sonarr = /path/there"):
        read_mappings(text)


def test_without_mappings_the_end_of_the_path_tells() -> None:
    file = ImporterFile(5, 10, ((1, RELATIVE),))
    assert is_at(file, HERE, [], FOLDERS)
    assert root_of(HERE, RELATIVE) == "/media/anime"
    assert not is_at(ImporterFile(5, 10, ((1, "Season 02/Other.mkv"),)), HERE, [], FOLDERS)
    assert not is_at(ImporterFile(5, 10, ()), HERE, [], FOLDERS)


def test_under_a_mapping_the_whole_path_must_agree() -> None:
    mappings = [PathMapping("/media/anime", "/data/anime")]
    assert is_at(ImporterFile(5, 10, ((1, RELATIVE),)), HERE, mappings, FOLDERS)
    assert not is_at(ImporterFile(5, 10, ((2, RELATIVE),)), HERE, mappings, FOLDERS), "the same name elsewhere"
    assert is_at(ImporterFile(5, 10, ((2, RELATIVE), (1, RELATIVE))), HERE, mappings, FOLDERS)


def test_spellings_do_not_matter_but_names_do() -> None:
    assert root_of("D:\\Anime\\Show\\E1.mkv", "show/e1.mkv") == "D:/Anime"
    assert root_of(HERE, "ason 02/Blue Lantern - S02E01.mkv") == ""
    assert root_of(HERE, "") == ""
    assert (tail(HERE), key("A/B/C.MKV")) == ("Season 02/Blue Lantern - S02E01.mkv", "b/c.mkv")
    assert under(HERE, ["/media/anime"])
    assert not under("/media/anime2/x.mkv", ["/media/anime"])


@given(st.text(), st.text())
def test_any_text_is_taken(path: str, relative: str) -> None:
    root = root_of(path, relative)
    assert not root or path.replace("\\", "/").startswith(root)
