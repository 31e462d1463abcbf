"""Jellyfin's items of anime as Shokofin makes them: series, seasons and numbers are Shoko's, paths are generated."""

from typing import Any

from episodarr.demo.jellyfin_resources import Items, item_id
from episodarr.demo.model import Episode, Series
from episodarr.demo.shoko import Shoko
from episodarr.demo.world import World

Json = dict[str, Any]


class ShokofinItems(Items):
    """Anime that Shoko has recognised are listed as it orders them; what it has not is not listed at all."""

    def __init__(self, world: World, shoko: Shoko) -> None:
        super().__init__(world)
        self._shoko = shoko
        self._shows: dict[int, tuple[Series, list[Json]]] = {}
        self._anime: set[int] = set()
        for number, files in self._of_series.items():
            series = world.series[number]
            if series.kind != "anime":
                continue
            self._anime.add(number)
            by_place = {(one.season, one.number): one for one in world.episodes_of[number]}
            for item in files:
                episode = by_place.get((item.season, item.number))
                file = world.files.get(episode.file_id) if episode is not None else None
                if episode is not None and file is not None and shoko.recognized(file):
                    show, made = self._made(series, self._file(series, item), episode)
                    self._shows.setdefault(show, (series, []))[1].append(made)

    def _made(self, series: Series, item: Json, episode: Episode) -> tuple[int, Json]:
        show, place = self._shoko.series_of(episode)
        ids = self._shoko.ids_of(episode)
        return show, {
            **item,
            "Id": item_id("Episode", f"shoko/{ids['Shoko File']}/{ids['Shoko Episode']}"),
            "Path": f"/shokofin-vfs/{show}/{ids['Shoko File']}.mkv",
            "MediaSources": [{**one, "Path": f"/shokofin-vfs/{show}"} for one in item["MediaSources"]],
            "ProviderIds": {**ids, "Shoko Series": str(show), "AniDB": str(240_000 + episode.id)},
            "ParentIndexNumber": 1,
            "IndexNumber": place,
            "SeriesId": self._show_id(show),
            "SeriesName": f"{series.title} ({show})",
        }

    @staticmethod
    def _show_id(show: int) -> str:
        return item_id("Series", f"shoko/{show}")

    def _show(self, show: int, series: Series) -> Json:
        return {
            **super().one_series(series),
            "Id": self._show_id(show),
            "Name": f"{series.title} ({show})",
            "SortName": f"{series.title} ({show})".lower(),
            "Path": f"/shokofin-vfs/{show}",
            "ProviderIds": {"Shoko Series": str(show), "Shoko Group": "301", "AniDB": str(15_000 + show)},
        }

    def series(self) -> list[Json]:
        """See Items."""
        plain = [self.one_series(self._world.series[number]) for number in self._of_series if number not in self._anime]
        made = [self._show(show, series) for show, (series, _) in self._shows.items()]
        return sorted([*plain, *made], key=lambda item: str(item["SortName"]))

    def all(self, kinds: set[str]) -> list[Json]:
        """See Items."""
        listed = self.series() if not kinds or "series" in kinds else []
        if not kinds or "episode" in kinds:
            for number in self._of_series:
                if number not in self._anime:
                    listed += self.episodes(self._world.series[number])
            listed += [item for _, items in self._shows.values() for item in items]
        return listed

    def find(self, wanted: str) -> Json | None:
        """See Items."""
        return next((item for item in self.all(set()) if item["Id"] == wanted), None)

    def of_show(self, wanted: str) -> list[Json] | None:
        """See Items."""
        for show, (_, items) in self._shows.items():
            if self._show_id(show) == wanted:
                return items
        found = super().of_show(wanted)
        return None if found and found[0]["SeriesId"] == wanted and self._is_anime(wanted) else found

    def _is_anime(self, wanted: str) -> bool:
        return any(item_id("Series", self._world.series[number].path) == wanted for number in self._anime)
