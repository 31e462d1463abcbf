"""Movies: which exist, where they are held, and how they were watched."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.problems import answered
from episodarr.api.shapes import Cursor, Limit, answer
from episodarr.catalogue.posters import Posters
from episodarr.overview.answers import Page
from episodarr.overview.movies import (
    MovieCard,
    MovieDetail,
    MovieFilter,
    MovieQuestions,
    MovieTotals,
    MovieWatching,
)

Id = Annotated[int, Path(ge=1, le=2**62)]
Show = Literal["all", "available", "missing", "unserved", "unwatched"]
Sort = Literal["title", "added", "size", "watched"]


def movie_routes(movies: MovieQuestions, posters: Posters, access: Access) -> APIRouter:
    """Routes of movies."""
    reads = APIRouter(tags=["movies"], dependencies=[Depends(access.read)])
    named = APIRouter(tags=["movies"])

    @reads.get("/movies", response_model=Page[MovieCard])
    def page(
        search: Annotated[str, Query(max_length=200)] = "",
        show: Annotated[
            Show,
            Query(
                description="available: a media server plays it; missing: monitored without a file; unserved: with a "
                "file that no media server lists; unwatched: with a file that nobody has seen to its end."
            ),
        ] = "all",
        sort: Sort = "title",
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        """Movies of every Radarr, Plex and Jellyfin, each once."""
        with answered({ValueError: 422}):
            return answer(movies.movies(MovieFilter(search, show, sort), limit, cursor))

    @reads.get("/movies/totals", response_model=MovieTotals)
    def totals() -> Response:
        """The movies in numbers."""
        return answer(movies.totals())

    @reads.get("/movies/{movie_id}", response_model=MovieDetail)
    def movie(movie_id: Id) -> Response:
        """One movie: its state, where it is held, and what does not fit together."""
        found = movies.movie(movie_id)
        if found is None:
            raise HTTPException(404, f"There is no movie {movie_id}")
        return answer(found)

    @reads.get("/movies/{movie_id}/poster", response_class=Response)
    async def poster(movie_id: Id) -> Response:
        """The poster image."""
        found = await posters.movie(movie_id)
        if found is None:
            raise HTTPException(404, f"There is no poster of movie {movie_id}")
        return Response(found[0], media_type=found[1], headers={"Cache-Control": "private, max-age=86400"})

    @named.get("/movies/{movie_id}/plays", response_model=MovieWatching)
    def plays(movie_id: Id, names: Annotated[bool, Depends(access.names)], limit: Limit = 50) -> Response:
        """Sums and latest plays of a movie. Viewers are named to administrators only."""
        found = movies.plays(movie_id, names=names, limit=limit)
        if found is None:
            raise HTTPException(404, f"There is no movie {movie_id}")
        return answer(found)

    whole = APIRouter()
    whole.include_router(reads)
    whole.include_router(named)
    return whole
