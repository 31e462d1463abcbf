"""How episodes, seasons and shows were watched, over all users of the servers."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.shapes import Limit, answer
from episodarr.episode.identity import EpisodeId, SeriesId
from episodarr.watching.model import EpisodeWatching, SeriesWatching
from episodarr.watching.ports import PlayAnswers

Id = Annotated[int, Path(ge=1, le=2**62)]


def watching_routes(plays: PlayAnswers, access: Access) -> APIRouter:
    """Routes of plays."""
    routes = APIRouter(tags=["watching"])

    @routes.get("/episodes/{episode_id}/plays", response_model=EpisodeWatching)
    def episode(episode_id: Id, names: Annotated[bool, Depends(access.names)], limit: Limit = 50) -> Response:
        """Sums and latest plays of an episode. Viewers are named to administrators only."""
        found = plays.episode(EpisodeId(episode_id), names=names, limit=limit)
        if found is None:
            raise HTTPException(404, f"There is no episode {episode_id}")
        return answer(found)

    @routes.get("/library/{series_id}/watching", response_model=SeriesWatching, dependencies=[Depends(access.read)])
    def series(
        series_id: Id, limit: Annotated[int, Query(ge=1, le=5000, description="Episodes at most.")] = 2000
    ) -> Response:
        """Sums of a show, its seasons and its episodes; what nobody played is not among them."""
        found = plays.series(SeriesId(series_id), limit)
        if found is None:
            raise HTTPException(404, f"There is no show {series_id}")
        return answer(found)

    whole = APIRouter()
    whole.include_router(routes)
    return whole
