"""The simulated TMDB's answers, member by member as TMDB has them."""

from datetime import date

from episodarr.demo.metadata import MetaEpisode, MetaShow
from episodarr.demo.sonarr_resources import Json

_VOTES: Json = {"vote_average": 7.9, "vote_count": 1204}
_CREDITS: Json = {"episode_type": "standard", "crew": [], "guest_stars": []}
"""What an episode has besides in the list of its season."""


def card(show: MetaShow, language: str) -> Json:
    """A show in a list."""
    aired = [one.air for one in show.episodes() if one.air is not None and one.season > 0]
    return {
        "adult": False,
        "backdrop_path": None,
        "genre_ids": [18],
        "id": show.tmdb_id,
        "origin_country": [show.country],
        "original_language": show.language,
        "original_name": show.names.get(show.language, show.title),
        "overview": show.overview if language == "en" else "",
        "popularity": 42.0,
        "poster_path": f"/{show.tmdb_id}.jpg",
        "first_air_date": min(aired).isoformat() if aired else "",
        # A show without a name in that language has its original one.
        "name": show.names.get(language) or show.names.get(show.language, show.title),
        **_VOTES,
    }


def details(show: MetaShow, language: str) -> Json:
    """A show, without what is appended."""
    episodes = show.episodes(as_tmdb=True)
    regular = [one for one in episodes if one.season > 0]
    aired = [one for one in regular if one.air is not None]
    numbers = sorted({one.season for one in episodes})
    last = max(aired, key=lambda one: (one.air or date.min, one.season, one.number), default=None)
    listed = card(show, language)
    del listed["genre_ids"]
    return {
        **listed,
        "created_by": [],
        "episode_run_time": [45],
        "genres": [{"id": 18, "name": name} for name in show.genres],
        "homepage": "",
        "in_production": not show.ended,
        "languages": [show.language],
        "last_air_date": last.air.isoformat() if last is not None and last.air is not None else "",
        "last_episode_to_air": episode(show, last, language) if last is not None else None,
        "next_episode_to_air": None,
        "networks": [{"id": 1, "logo_path": None, "name": show.network, "origin_country": show.country}],
        "number_of_episodes": len(regular),
        "number_of_seasons": sum(number > 0 for number in numbers),
        "production_companies": [],
        "production_countries": [{"iso_3166_1": show.country, "name": show.country}],
        "seasons": [_season_card(show, number, episodes, language) for number in numbers],
        "spoken_languages": [],
        "status": "Ended" if show.ended else "Returning Series",
        "tagline": "",
        "type": "Scripted",
    }


def _season_card(show: MetaShow, number: int, episodes: list[MetaEpisode], language: str) -> Json:
    held = [one for one in episodes if one.season == number]
    return {
        "air_date": _first_day(held),
        "episode_count": len(held),
        "id": show.tmdb_id * 1_000 + number % 1_000,
        "name": show.season_name(number, language),
        "overview": "",
        "poster_path": None,
        "season_number": number,
        "vote_average": 0,
    }


def season(show: MetaShow, number: int, language: str) -> Json | None:
    """A season with its episodes; None: there is no such."""
    episodes = [one for one in show.episodes(as_tmdb=True) if one.season == number]
    if not episodes:
        return None
    told = _season_card(show, number, episodes, language)
    del told["episode_count"]
    return {
        "_id": f"{show.tmdb_id:016x}{number:08x}",
        **told,
        "networks": [],
        "episodes": [{**episode(show, one, language), **_CREDITS} for one in episodes],
    }


def episode(show: MetaShow, one: MetaEpisode, language: str) -> Json:
    """An episode; its title is empty in a language that it has none in."""
    return {
        "air_date": one.air.isoformat() if one.air is not None else None,
        "episode_number": one.number,
        "id": one.id,
        "name": one.titles.get(language, ""),
        "overview": one.overview if language == "en" else "",
        "production_code": "",
        "runtime": one.runtime,
        "season_number": one.season,
        "show_id": show.tmdb_id,
        "still_path": None,
        **_VOTES,
    }


def external_ids(show: MetaShow) -> Json:
    """Its ids elsewhere."""
    return {
        "imdb_id": show.imdb_id,
        "freebase_mid": None,
        "freebase_id": None,
        "tvdb_id": show.tvdb_id,
        "tvrage_id": None,
        "wikidata_id": None,
        "facebook_id": None,
        "instagram_id": None,
        "twitter_id": None,
    }


def alternative_titles(show: MetaShow) -> Json:
    """Its other titles."""
    return {"results": [{"iso_3166_1": country, "title": title, "type": ""} for country, title in show.aliases]}


def _first_day(episodes: list[MetaEpisode]) -> str | None:
    days = [one.air for one in episodes if one.air is not None]
    return min(days).isoformat() if days else None
