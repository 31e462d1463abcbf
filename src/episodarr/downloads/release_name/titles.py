"""What else a name tells: the series' title, its year, the release group and the version."""

import re

from episodarr.downloads.release_name.plain import COVERS, Plain

_LEADING_GROUP = re.compile(r"[ .★]{0,3}\[(?P<group>[^\[\]]{1,80})\][ ._-]{0,3}")
_LEADING_PAREN = re.compile(r"[ ]?\((?P<group>[^()]{1,40})\)[ ._-]{0,3}(?=\w)")
_TRAILING_GROUP = re.compile(
    r"-[ ]?(?P<group>[A-Za-z0-9][A-Za-z0-9@&]{0,29})(?:[ ]?[\[({][^\[\](){}]{1,40}[\])}])?[ ]?$"
)
_TRAILING_BRACKET = re.compile(r"[\[(](?P<group>[A-Za-z][^\[\]()]{0,29})[\])][ ]?$")
_TECHNICAL_BRACKET = re.compile(rf"[\[(][{COVERS} ._-]{{1,60}}[\])][ ._-]{{0,3}}")
_SITE = re.compile(r"\[?[ ]{0,2}www\.[a-z0-9.-]{3,60}[ ]?\]?[ -]{0,10}")
_SITE_NAME = re.compile(
    r"[ ]?[\w-]{2,40}\.(?:com|org|net|info|io|me|to|tv|cc|pl|ru|eu|de|fr|se|nl|es|it|in|re|rs|is|li|nu|pw|ws)[ ]?",
    re.ASCII | re.IGNORECASE,
)
_DATE_IN_FRONT = re.compile(r"\d{6}[ _](?=\D)", re.ASCII)
"""Japanese variety shows: 210810 Title ep05."""
_REQUEST = re.compile(r"^(?:\[(?:\d{3,}|full|repost|#[^\]]{1,40})\][ -]{0,3}){1,4}(?:\[[ ]?)?", re.IGNORECASE)
_YEAR_AT_END = re.compile(r"(?<=[ ._(\[-])(?P<year>(?:19[2-9]|20[0-4])\d)[)\]]?[ ._-]*$")
_YEAR = re.compile(r"(?<![A-Za-z0-9])(?P<year>(?:19[2-9]|20[0-4])\d)(?![A-Za-z0-9])", re.ASCII)
_VERSION = re.compile(r"(?<=[\d ._\[(\-])v(?P<version>[0-9])(?:\.\d)?(?![a-z0-9])", re.ASCII)
_REPACK = re.compile(r"(?<![a-z0-9])(?:repack|rerip|proper)(?P<again>\d)?(?![a-z0-9])", re.ASCII)
_LATIN = re.compile(r"[A-Za-z]{2}")
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EASTERN_EDGE = re.compile(
    "^[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af！～，、]+[ _]+|[ _]+[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af]+$"
)
_EMPTY_BRACKETS = re.compile(r"[\[({]\W*[\])}]|[\[({<][^\])}>]*$")
_BRACKETED = re.compile(r"\[([^\[\]]{1,120})\]")
_ALSO = re.compile(r"[ ._](?:AKA|aka|a\.k\.a\.?)[ ._]")
_SEASONAL = re.compile("新番|国漫|國漫|合集|字幕|\\d月")
_COVERED = re.compile(f"[{COVERS}]+")
_STOP = re.compile(
    r"[ ._\-(\[]{1,3}(?:s\d{1,2}(?![a-z0-9])|seasons?[ ._]{0,2}(?:\d|$)|(?:temp(?:orada)?|tem)[ ._]?\d"
    r"|第[0-9一二三四五六七八九十]{1,3}[季期]|(?:stagione|saison|staffel)[ ._]?\d"
    r"|(?:the[ ._])?complete(?:[ ._](?:series|seasons?)|[ ._]*$))",
    re.ASCII,
)
_SEASON_AT_END = re.compile(r"(?<=[ ._])[sS]0(?=\d$)", re.ASCII)
_EDGE = " ._-:,;|/~+"


def strip_front(plain: Plain) -> tuple[int, str]:
    """Where the title begins, behind a group in brackets, a request's number or a site; and the group."""
    start = 0
    if (request := _REQUEST.match(plain.name)) is not None:
        start = request.end()
    if (site := _SITE.match(plain.low, start)) is not None:
        start = site.end()
    if (variety := _DATE_IN_FRONT.match(plain.low, start)) is not None:
        return variety.end(), ""
    match = _LEADING_GROUP.match(plain.name, start) or _LEADING_PAREN.match(plain.name, start)
    if match is None or not plain.name[match.end() :].strip():
        return start, ""
    end = match.end()
    while (technical := _TECHNICAL_BRACKET.match(plain.bare, end)) is not None:
        end = technical.end()
    return end, "" if _SITE_NAME.fullmatch(match["group"]) is not None else match["group"].strip()


def group_at_end(plain: Plain) -> str:
    """The group behind the last dash, or in the last brackets."""
    match = _TRAILING_GROUP.search(plain.name[-80:])
    if match is not None and not match["group"].isdigit() and not plain.bare.rstrip().endswith((*COVERS,)):
        return match["group"]
    match = _TRAILING_BRACKET.search(plain.name[-60:])
    if match is not None and not _COVERED.search(plain.bare[-len(match[0]) :]):
        return match["group"].strip()
    return ""


def title_of(raw: str) -> str:
    """The title in the text that stands before the numbers."""
    text = _ALSO.split(raw)[-1]
    if text.lstrip().startswith("[") and "]" not in text:
        text = text.replace("[", " ")
    brackets = [one for one in _BRACKETED.findall(text) if not _YEAR.fullmatch(one) and not _SEASONAL.search(one)]
    around = _BRACKETED.sub(" ", text)
    if (brackets and len(around.strip(_EDGE + "[](){}★")) < 2) or (brackets and _SEASONAL.search(around)):
        latin = [one for one in brackets if _LATIN.search(one)]
        pure = [one for one in latin if not _EASTERN.search(one)]
        text = (pure or latin or brackets)[0]
    if (_EASTERN.search(text) and _LATIN.search(text)) or " / " in text:
        text = _one_language(text)
    text = text.replace("_", " ")
    if " " not in text.strip():
        text = text.replace(".", " ").replace("+", " ")
    elif ". " not in text:
        text = text.replace(".", " ")
    text = _COVERED.sub(" ", text).strip(_EDGE)
    if text.count("(") != text.count(")") or text.count("[") != text.count("]"):
        text = _EMPTY_BRACKETS.sub(" ", text)
    return _SEASON_AT_END.sub("S", " ".join(text.split()).strip(_EDGE + "[]{}<>"))


def _one_language(text: str) -> str:
    """The part in Latin letters of a title that is written in two ways."""
    parts = [part for part in re.split(r"[/|_\[\]]", text) if part.strip(_EDGE + "[](){}")]
    if not parts:
        return text
    latin = [part for part in parts if _LATIN.search(part)]
    part = (latin or parts)[-1]
    return _EASTERN_EDGE.sub("", part.strip(_EDGE)) or part


def stop_of(plain: Plain, start: int, end: int) -> int:
    """Where a title ends at the latest: before something technical, or before a season that is named once more."""
    for match in _COVERED.finditer(plain.bare, start, end):
        token = plain.low[match.start() : match.end()]
        if match.start() > start + 1 and (plain.low[match.start() - 1] in "[(" or not token.isalpha()):
            end = match.start()
            break
    stop = _STOP.search(plain.low, start, end)
    return stop.start() if stop is not None and stop.start() > start else end


def film_stop(plain: Plain, start: int) -> int:
    """Where the title of a name without numbers ends: before its year, or before something technical."""
    for expression, text in ((_YEAR, plain.name), (_COVERED, plain.bare)):
        match = expression.search(text, start + 1)
        if match is not None and plain.name[start : match.start()].strip(_EDGE + "[]()"):
            return match.start()
    return len(plain.name)


def year_of(title: str) -> int | None:
    """The year at the end of a title, when more than the year stands there."""
    match = _YEAR_AT_END.search(title)
    return int(match["year"]) if match is not None else None


def has_year(name: str) -> bool:
    """Whether a year stands anywhere: films carry one."""
    return _YEAR.search(name) is not None


def version_of(low: str) -> int:
    """2 for `v2` and for a repack, 3 for `repack2`; 1 when nothing is said."""
    if "v" in low and (match := _VERSION.search(low)) is not None:
        return int(match["version"])
    if (match := _REPACK.search(low)) is not None:
        return int(match["again"] or 1) + 1
    return 1
