"""Seerr and its relatives as those that tell people what is available. They are only asked to look again by themselves.

Neither a title nor its files are ever deleted there: the one forgets everybody's requests, the other removes the whole
series from Sonarr.
"""

import msgspec

from episodarr.connections.failures import Broken
from episodarr.deletion.systems import SeasonTruth, TitleTruth
from episodarr.integrations._ids import whole_id
from episodarr.integrations._seerr_server import SeerrServer
from episodarr.integrations._seerr_wire import Product, media_word

_JOBS = ("sonarr-scan", "radarr-scan", "availability-sync")
"""In this order: the last one believes what the first two have found."""


class _Wire(msgspec.Struct, rename="camel", gc=False):
    pass


class _Season(_Wire):
    season_number: int
    status: int


class _Media(_Wire):
    id: int
    tmdb_id: int
    status: int
    media_type: str | None = None
    seasons: list[_Season] | None = None


class _Title(_Wire):
    id: int
    media_info: _Media | None = None


class _OnlyId(_Wire):
    id: int


class _Job(_Wire):
    id: str


_title = msgspec.json.Decoder(_Title)
_only_id = msgspec.json.Decoder(_OnlyId)
_job = msgspec.json.Decoder(_Job)


class SeerrTruth(SeerrServer):
    """RequestTruth: part of the Seerr client."""

    async def title_truth(self, kind: str, tmdb_id: int) -> TitleTruth | None:
        """What it calls available of a `tv` or `movie` title, not in 4K; None when it knows nothing of the title."""
        if kind not in {"tv", "movie"}:
            raise ValueError(f"neither tv nor movie: {kind!r}")
        product, _, _ = await self._identity()
        answer = await self.http.ask("GET", f"/api/v1/{kind}/{whole_id(tmdb_id)}", accept={404})
        if answer.status == 404:
            self._own_words(answer)
            return None
        told = self.http.decode(answer, _title)
        media = told.media_info
        if told.id != tmdb_id or (
            media is not None and (media.tmdb_id != tmdb_id or media.media_type not in {None, kind})
        ):
            raise Broken(self.http.service, f"asked for title {tmdb_id}, it answered with another one")
        if media is None:
            return None
        later = product is not Product.OVERSEERR
        seasons = sorted((one.season_number, one.status) for one in media.seasons or ())
        return TitleTruth(
            media.id,
            media_word(media.status, later=later),
            tuple(SeasonTruth(number, media_word(status, later=later)) for number, status in seasons),
        )

    async def look_again(self) -> None:
        """Start its scans of Sonarr and Radarr, and then its look at what is still available."""
        await self._identity()
        for job in _JOBS:
            started = self.http.decode(await self.http.ask("POST", f"/api/v1/settings/jobs/{job}/run"), _job)
            if started.id != job:
                raise Broken(self.http.service, f"asked to run {job}, it ran something else")

    async def partly_there(self, media_id: int) -> None:
        """Have a show be called partially available. Raises Broken for a movie, which cannot be."""
        whole = whole_id(media_id)
        await self._identity()
        answer = await self.http.ask("POST", f"/api/v1/media/{whole}/partial", content={"is4k": False})
        if self.http.decode(answer, _only_id).id != whole:
            raise Broken(self.http.service, f"asked about title {whole}, it answered with another one")
