"""Imports of viewing histories over the API: upload, look, start; the report; and what people say of titles."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from episodarr.accounts.accounts import Accounts
from episodarr.api.access import Access
from episodarr.api.history_access import Whose, problems, uploaded
from episodarr.api.history_views import history_view_routes
from episodarr.api.shapes import Cursor, JobStarted, Limit, answer
from episodarr.histories.dates import DateForm
from episodarr.histories.decide import LONGEST_TITLE
from episodarr.histories.histories import Histories, Person
from episodarr.histories.import_model import LARGEST_NUMBER, Choice, Choices, Import, MappingWire, Outcome
from episodarr.histories.metadata import ShowRef
from episodarr.histories.model import Columns
from episodarr.jobs.histories import IMPORT

_Id = Annotated[int, Path(ge=1, le=2**62)]
_SOURCE = "^(tmdb|tvmaze|library)$"
_LANGUAGE = r"^([a-z]{2,3}(-[A-Z]{2})?)?$"
_Column = Annotated[str, Field(default="", max_length=200)]


class ColumnsBody(BaseModel):
    """What the columns of a table of no known kind are called; empty: it has no such column."""

    model_config = ConfigDict(extra="forbid")

    date: str = Field(max_length=200)
    title: _Column
    show: _Column
    season: _Column
    number: _Column
    episode_title: _Column
    year: _Column
    tmdb_id: _Column
    tvdb_id: _Column
    imdb_id: _Column


class ChoicesBody(BaseModel):
    """What is chosen for a file."""

    model_config = ConfigDict(extra="forbid")

    profile: str | None = Field(default=None, max_length=200, description="Of a file with several profiles.")
    date_form: DateForm | None = Field(default=None, description="Where the dates can be read in several ways.")
    columns: ColumnsBody | None = None
    zone: str = Field(default="", max_length=60, description="IANA name: where an instant becomes a day; empty: UTC.")
    language: str = Field(default="", pattern=_LANGUAGE, description="Of the titles; empty: by the file's own words.")

    def chosen(self) -> Choices:
        """The same in the words of the import."""
        columns = Columns(**self.columns.model_dump()) if self.columns is not None else None
        return Choices(self.profile, self.date_form, columns, self.zone, self.language)


class ShowBody(BaseModel):
    """A show of a metadata service, or of the library."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(pattern=_SOURCE)
    id: int = Field(ge=1, le=2**31 - 1, description="Of the service; of the library the id of /api/v1/library.")


class Decision(BaseModel):
    """What a title is."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=LONGEST_TITLE, description="`name` of the review, or a title.")
    choice: Choice
    show: ShowBody | None = None
    season_offset: int = Field(default=0, ge=-1000, le=1000, description="Added to the season that a title tells.")
    for_all: bool = Field(default=False, description="For all users; administrators only.")
    whole_title: bool = Field(
        default=False,
        description="`title` is all that its rows tell, as /review/titles has it; a show needs season and number then.",
    )
    season: int | None = Field(default=None, ge=0, le=LARGEST_NUMBER, description="0: the specials.")
    number: int | None = Field(default=None, ge=0, le=LARGEST_NUMBER)

    def episode(self) -> tuple[int, int] | None:
        """Both numbers, or none; raises ValueError for half of them and where they mean nothing."""
        if self.season is None or self.number is None:
            if (self.season, self.number) != (None, None):
                raise ValueError("season, number: name both, or neither")
            return None
        if not self.whole_title:
            raise ValueError("whole_title: one episode is said of a whole title only; set it to true")
        return self.season, self.number


class MappingsBody(BaseModel):
    """Mappings as they were exported."""

    mappings: list[dict[str, Any]] = Field(max_length=5000)


def _view(one: Import) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(one)
    return told | {"progress": one.progress}


def history_routes(histories: Histories, accounts: Accounts, access: Access) -> APIRouter:
    """Routes of histories: everybody reads their own; admin keys act for the user that they name."""
    whose = Whose(access, accounts)
    routes = APIRouter(prefix="/histories", tags=["histories"])
    Reader = Annotated[Person, Depends(whose.reads())]  # noqa: N806  # a type
    Changer = Annotated[Person, Depends(whose.changes())]  # noqa: N806

    @routes.post("/imports", status_code=201)
    async def upload(
        request: Request,
        who: Changer,
        name: Annotated[str, Query(max_length=200, description="Of the file, for people.")] = "",
        profile: Annotated[str | None, Query(max_length=200)] = None,
        date_form: DateForm | None = None,
        zone: Annotated[str, Query(max_length=60)] = "",
    ) -> Response:
        """Upload a file, as body or multipart/form-data, and read what was understood. Nothing is imported yet."""
        file = await uploaded(request, name, histories.largest)
        with problems(), file.content:
            choices = Choices(profile, date_form, zone=zone)
            return answer(await run_in_threadpool(histories.upload, who, file.name, file.content, choices), 201)

    @routes.get("/imports")
    def imports(who: Reader, limit: Limit = 50, cursor: Cursor = None) -> Response:
        """The imports of a user, the latest first."""
        with problems():
            items, following = histories.imports(who.user_id, limit, cursor)
        return answer({"items": [_view(one) for one in items], "next": following})

    @routes.get("/imports/{import_id}")
    def an_import(import_id: _Id, who: Reader) -> Response:
        """One import."""
        with problems():
            return answer(_view(histories.an_import(who.user_id, import_id)))

    @routes.get("/imports/{import_id}/preview")
    def preview(import_id: _Id, who: Reader) -> Response:
        """What was understood of its file; 409 once it has started."""
        with problems():
            return answer(histories.preview(who.user_id, import_id))

    @routes.put("/imports/{import_id}/choices")
    def choose(import_id: _Id, who: Changer, wanted: ChoicesBody) -> Response:
        """Read the file in another way; what is understood of it then."""
        with problems():
            return answer(histories.preview(who.user_id, import_id, wanted.chosen()))

    @routes.post("/imports/{import_id}/start", status_code=202, response_model=JobStarted)
    async def start(import_id: _Id, who: Changer, wanted: ChoicesBody | None = None) -> Response:
        """Import it in the background."""
        choices = wanted.chosen() if wanted is not None else None
        with problems():
            job = await run_in_threadpool(histories.start, who.user_id, import_id, choices)
        return answer({"id": job, "task": IMPORT}, 202)

    @routes.post("/imports/{import_id}/cancel", status_code=204)
    def cancel(import_id: _Id, who: Changer) -> None:
        """Stop it; nothing of it stays."""
        with problems():
            histories.cancel(who.user_id, import_id)

    @routes.post("/imports/{import_id}/undo")
    def undo(import_id: _Id, who: Changer) -> Response:
        """Take it back: `removed` days of episodes and films, those that no other import tells."""
        with problems():
            return answer({"removed": histories.undo(who.user_id, import_id)})

    @routes.get("/imports/{import_id}/report")
    def report(import_id: _Id, who: Reader) -> Response:
        """What became of its rows so far."""
        with problems():
            return answer(histories.report(who.user_id, import_id))

    @routes.get("/imports/{import_id}/rows")
    def rows(
        import_id: _Id,
        who: Reader,
        outcome: Annotated[list[Outcome] | None, Query()] = None,
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> Response:
        """Its rows and what they mean."""
        with problems():
            items, following = histories.rows(who.user_id, import_id, outcome or (), limit, cursor)
        return answer({"items": items, "next": following})

    # What people say of titles

    @routes.get("/review")
    def review(who: Reader, limit: Limit = 50, cursor: Cursor = None) -> Response:
        """What waits for a person, by title, most rows first."""
        with problems():
            items, following = histories.review(who.user_id, limit, cursor)
        return answer({"items": items, "next": following})

    @routes.get("/review/films")
    def films(who: Reader, limit: Limit = 50, cursor: Cursor = None) -> Response:
        """What counts as a film only because it names neither season nor episode, by title, most rows first."""
        with problems():
            items, following = histories.taken_for_films(who.user_id, limit, cursor)
        return answer({"items": items, "next": following})

    @routes.get("/review/titles")
    def titles(
        who: Reader,
        name: Annotated[str, Query(min_length=1, max_length=300, description="Of /review, or of /review/films.")],
        films: Annotated[bool, Query(description="What was taken for films, instead of what waits.")] = False,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        """The single titles of a name, each with all that its rows tell: decide them with `whole_title`."""
        with problems():
            items, following = histories.titles(who.user_id, name, limit, cursor, films=films)
        return answer({"items": items, "next": following})

    @routes.post("/review")
    async def decide(wanted: Decision, who: Changer) -> Response:
        """Say what a title is: its rows follow in every import, and later imports know it."""
        show = ShowRef(wanted.show.source, wanted.show.id) if wanted.show is not None else None
        with problems():
            decided = await histories.deciding.decide(
                who,
                wanted.title,
                wanted.choice,
                show,
                season_offset=wanted.season_offset,
                for_all=wanted.for_all,
                whole_title=wanted.whole_title,
                episode=wanted.episode(),
            )
        return answer(decided)

    @routes.get("/search")
    async def search(
        _who: Reader, title: Annotated[str, Query(min_length=1, max_length=200)], year: Annotated[int, Query(ge=0)] = 0
    ) -> Response:
        """Shows of that name to choose from, those of the library first."""
        with problems():
            return answer({"items": await histories.deciding.search(title, year)})

    @routes.get("/episodes")
    async def episodes(
        _who: Reader,
        source: Annotated[str, Query(pattern=_SOURCE)],
        id: Annotated[int, Query(ge=1, le=2**31 - 1)],  # noqa: A002  # as in every answer
    ) -> Response:
        """What can be chosen of a show: its aired episodes by season, as Sonarr lists them where it lists the show."""
        with problems():
            return answer(await histories.deciding.episodes(ShowRef(source, id)))

    @routes.get("/mappings")
    def mappings(who: Reader) -> Response:
        """What was said of titles, by the user and for all."""
        return answer({"items": histories.deciding.mappings(who.user_id)})

    @routes.put("/mappings")
    async def put_mapping(wanted: Decision, who: Changer) -> Response:
        """The same as a decision of the review."""
        return await decide(wanted, who)

    @routes.get("/mappings/export")
    def export(who: Reader) -> Response:
        """All of them, for another Episodarr; shows that only the library knows are left out."""
        return answer({"mappings": histories.deciding.exported(who.user_id)})

    @routes.post("/mappings/import")
    async def take_over(wanted: MappingsBody, who: Changer) -> Response:
        """Take over what was exported; `problems` has a sentence for each that could not be."""
        try:
            given = msgspec.convert(wanted.mappings, list[MappingWire])
        except msgspec.ValidationError as problem:
            raise HTTPException(422, f"mappings: {problem}") from problem
        with problems():
            refused = await histories.deciding.take_over(who, given)
        return answer({"taken": len(given) - len(refused), "problems": refused})

    @routes.delete("/mappings/{mapping_id}", status_code=204)
    async def remove(mapping_id: _Id, who: Changer) -> None:
        """Forget it; its rows are looked at again."""
        with problems():
            await histories.deciding.remove(who, mapping_id)

    routes.include_router(history_view_routes(histories, whose, access))
    return routes
