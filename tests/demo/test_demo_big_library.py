"""The huge media servers list what the huge Sonarr has files of, in pages, and each item is its own (R-D10)."""

import msgspec
import pytest

from episodarr.demo.big import Big
from episodarr.demo.big_http import BigAsk
from episodarr.demo.big_sonarr import FILES
from episodarr.integrations import _plex_wire, jellyfin

SERIES = 3


def jellyfin_page(big: Big, kind: str, start: int, limit: int) -> tuple[list, int]:
    query = {"includeItemTypes": kind, "startIndex": str(start), "limit": str(limit)}
    page = jellyfin._items.decode(big.answer(BigAsk("GET", "/Items", query, {})).body)
    ids = [(item.id, item.series_id or "", item.provider_ids["Tvdb"], item.path) for item in page.items]
    return ids, page.total_record_count or 0


def plex_page(big: Big, kind: str, start: int, limit: int) -> tuple[list, int]:
    headers = {"x-plex-container-start": str(start), "x-plex-container-size": str(limit)}
    query = {"type": "2" if kind == "Series" else "4"}
    page = _plex_wire.container.decode(
        big.answer(BigAsk("GET", "/library/sections/2/all", query, headers)).body
    ).content
    assert page.size == len(page.metadata)
    ids = [
        (
            item.rating_key,
            item.grandparent_rating_key or "",
            _plex_wire.provider_ids(item)["tvdb"],
            part.file if part else "",
        )
        for item in page.metadata
        for part in [item.part()]
    ]
    return ids, page.total_size


@pytest.mark.parametrize("page", [jellyfin_page, plex_page])
def test_pages_together_are_every_file_once(page) -> None:
    big = Big(SERIES, 0, 0)
    series, total = page(big, "Series", 0, 10)
    assert total == len(series) == SERIES
    listed = msgspec.json.decode(big.sonarr.series_list())
    assert [one[2] for one in series] == [str(one["tvdbId"]) for one in listed]
    whole, start = [], 0
    while len(whole) < (total := page(big, "Episode", start, 50)[1]):
        whole += page(big, "Episode", start, 50)[0]
        start = len(whole)
    assert total == SERIES * FILES
    assert len({one[0] for one in whole}) == total
    assert {one[1] for one in whole} == {one[0] for one in series}
    files = [one for n in range(1, SERIES + 1) for one in msgspec.json.decode(big.sonarr.files(n))]
    assert {one[3] for one in whole} == {one["path"] for one in files}
    episodes = [one for n in range(1, SERIES + 1) for one in msgspec.json.decode(big.sonarr.episodes(n))]
    assert {one[2] for one in whole} == {str(one["tvdbId"]) for one in episodes if one["hasFile"]}
