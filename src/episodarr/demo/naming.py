"""How files, folders and releases are named."""

import re

from episodarr.demo.model import Episode, Quality, Series

SOURCES = {
    "web": "WEB-DL",
    "webRip": "WEBRip",
    "bluray": "BluRay",
    "television": "HDTV",
}


def slug_of(title: str) -> str:
    """Sonarr's title slug: `Link Click` becomes `link-click`."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower().replace("'", "")).strip("-")


def clean_of(title: str) -> str:
    """Sonarr's clean title: letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", title.lower())


def dotted(text: str) -> str:
    """The scene's spelling: words joined with dots."""
    return re.sub(r"[^A-Za-z0-9]+", ".", text.replace("'", "")).strip(".")


def fit_for_path(text: str) -> str:
    """A title without the characters that Sonarr leaves out of file names."""
    return re.sub(r'[\\/:*?"<>|]', "", text)


def library_path(series: Series, episodes: list[Episode], quality: Quality) -> str:
    """The path of a file below the series' folder, in Sonarr's standard naming."""
    first = episodes[0]
    code = first.code + "".join(f"-E{episode.number:02d}" for episode in episodes[1:])
    if series.kind == "daily" and first.air_at is not None:
        code = first.air_at.date().isoformat()
    elif series.kind == "anime" and first.absolute is not None:
        code += " - " + "-".join(f"{episode.absolute or 0:03d}" for episode in episodes)
    title = fit_for_path(" + ".join(dict.fromkeys(episode.title for episode in episodes)))
    folder = "Specials" if first.season == 0 else f"Season {first.season:02d}"
    return f"{folder}/{fit_for_path(series.title)} - {code} - {title} [{quality.name}].mkv"


def single_name(series: Series, episodes: list[Episode], quality: Quality, group: str) -> str:
    """The release name of one episode, or of several in one file, without extension."""
    first = episodes[0]
    if series.kind == "anime":
        ordinal = f" S{first.season}" if first.season > 1 else ""
        numbers = "-".join(f"{episode.number:02d}" for episode in episodes)
        return f"[{group}] {fit_for_path(series.title)}{ordinal} - {numbers} ({quality.resolution}p)"
    if series.kind == "daily" and first.air_at is not None:
        code = first.air_at.date().isoformat().replace("-", ".")
    else:
        code = f"S{first.season:02d}" + "".join(f"E{episode.number:02d}" for episode in episodes)
    return f"{dotted(series.title)}.{code}.{_tail(quality)}-{group}"


def pack_name(series: Series, seasons: list[int], quality: Quality, group: str) -> str:
    """The release name of a season pack."""
    if series.kind == "anime":
        span = f"S{seasons[0]:02d}" if len(seasons) == 1 else f"S{seasons[0]:02d}-S{seasons[-1]:02d}"
        source = "BD" if quality.source == "bluray" else "WEB"
        return f"[{group}] {fit_for_path(series.title)} {span} ({source} {quality.resolution}p)"
    span = f"S{seasons[0]:02d}" if len(seasons) == 1 else f"S{seasons[0]:02d}-S{seasons[-1]:02d}"
    return f"{dotted(series.title)}.{span}.{_tail(quality)}-{group}"


def _tail(quality: Quality) -> str:
    codec = "x264" if quality.source == "bluray" else "H.264"
    return f"{quality.resolution}p.{SOURCES.get(quality.source, 'WEB-DL')}.DDP5.1.{codec}"
