"""Release and file names: what they tell about series, seasons and episodes. Pure.

    parse(name)        a release title, or a file's name
    parse_path(path)   a file's path, whose folders count too
    parse_set(paths)   the files of one download, read together

Each answers interpretations, the likeliest first, and never guesses: a name that tells nothing is `Kind.UNKNOWN`.
"""

from episodarr.downloads.release_name.model import PACKS, Interpretation, Kind
from episodarr.downloads.release_name.parse import parse
from episodarr.downloads.release_name.paths import parse_path, parts_of
from episodarr.downloads.release_name.siblings import parse_set

__all__ = ["PACKS", "Interpretation", "Kind", "parse", "parse_path", "parse_set", "parts_of"]
