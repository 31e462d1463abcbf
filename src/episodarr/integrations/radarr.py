"""Radarr, version 3 to 5 (all serve /api/v3): which movies exist and are wanted, and their files."""

from typing import Any

from episodarr.capacity.ports import DiskSource
from episodarr.catalogue.movies import ListedMovie, MovieListing, MovieManager
from episodarr.connections.failures import Broken
from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection, Field, FieldKind
from episodarr.deletion.systems import FileManager
from episodarr.integrations._http import UNREADABLE
from episodarr.integrations._radarr_files import RadarrFiles
from episodarr.integrations._radarr_wire import MOVIE, ONLY_ID, RAWS, listed, read_hint


class Radarr(RadarrFiles):
    """One Radarr. Every call raises ServiceFailure when it cannot be answered."""

    application = "Radarr"

    async def movies(self) -> MovieListing:
        """All movies with their files, in one request. One that cannot be understood does not keep the others away."""
        await self.identify()  # whatever else answers there says nothing about movies
        body = self.whole_list(await self.http.ask("GET", "/api/v3/movie", bulk=True))
        labels = await self.tag_labels()
        try:
            raws = RAWS.decode(body)
            numbers = [ONLY_ID.decode(raw).id for raw in raws]
        except UNREADABLE as problem:
            raise Broken(self.http.service, f"the list of movies is not readable: {problem}") from problem
        found: list[ListedMovie] = []
        unreadable: dict[str, str] = {}
        for number, raw in zip(numbers, raws, strict=True):
            try:
                found.append(listed(MOVIE.decode(raw), labels))
            except UNREADABLE as problem:
                unreadable[str(number)] = str(problem)
        return MovieListing(tuple(sorted(found, key=_by_number)), unreadable)

    async def movie_poster(self, movie: str) -> bytes | None:
        """The poster as JPEG, PNG or WebP bytes; None when there is none."""
        return await self.cover(int(movie)) if movie.isascii() and movie.isdecimal() else None


def _by_number(movie: ListedMovie) -> int:
    return int(movie.id)


def _connect(connection: Connection, session: Any) -> Radarr:
    return Radarr(connection.name or "Radarr", connection.url, connection.settings.get("api_key", ""), session)


INTEGRATION = Integration(
    kind="radarr",
    label="Radarr",
    purpose="Which movies exist, which are wanted, and where their files are.",
    fields=(
        Field("url", "Address", FieldKind.URL, help="With its URL base, if it has one.", example="http://radarr:7878"),
        Field("api_key", "API key", FieldKind.SECRET, help="Radarr: Settings > General > Security."),
    ),
    ports=(MovieManager, DiskSource, FileManager),
    connect=_connect,
    check=Radarr.check,
    hint=read_hint,
    order=45,
)
