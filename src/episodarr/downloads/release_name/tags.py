"""Names that say season or episode in a word, in the languages that releases come in."""

import re
from dataclasses import dataclass

from episodarr.downloads.release_name.numerals import CHINESE, ORDINAL, SPELLED, run_of, value_of

_SEASON_WORD = (
    r"seasons?|saisons?|staffeln?|temporadas?|temp|tem|stagion[ei]|sezon(?:ul|a|y)?|s[æä]e?song?|sesong|seizoen(?:en)?|kausi"
    r"|[ée]vad|сезон[аыи]?|シーズン"
)
_SEASON_WORD_AFTER = r"sezon|staffel|[ée]vad|сезон[аы]?|temporada|kausi"
_EPISODE_WORD_AFTER = r"folge|сери[яийю]|выпуск[аи]?|seri(?:a|ya|i|yi|ja)|эпизод|b[öo]l[üu]m|r[ée]sz|odcinek|episode"
_EPISODE_WORD = (
    r"episod(?:e|es|ios?|i|ul)?|[ée]pisod(?:e|es|io)?|epis[óo]dio|eps?|folgen?|odcinek|odc|cap(?:[ií]tulos?)?|afl(?:evering)?|avsnitt"
    r"|серии|серия|эпизод|выпуск|серія|серії|b[öo]l[üu]m|teil|puntata"
)
_JOIN = r"[ ._]{0,2}(?:-{1,2}|~|to|thru|through|al|ao|bis|a|à|по|and|und|&|\+|,|/|:)[ ._]{0,2}"

_SEASONS = re.compile(
    r"(?<![a-z0-9])(?<!two[ ._])(?<!four[ ._])(?<!three[ ._])(?!(?<=final[ ._])season[ ._]{1,2}-)"
    rf"(?:{_SEASON_WORD})[ ._\-:#(\[]{{0,3}}"
    rf"(?P<first>\d{{1,2}}|0\d\d|(?:19|20)\d\d|(?:{SPELLED})(?![a-z0-9]))(?![0-9])",
    re.ASCII,
)
_SEASONS_ORDINAL = re.compile(
    rf"(?<![a-z0-9])(?P<first>\d{{1,2}}(?:st|nd|rd|th|-?[йиa]|-?ый|ª|º|°|âº|a?\.(?=[ ._]))"
    rf"|(?:{ORDINAL})(?=[ ._-]))[ ._-]{{0,2}}"
    rf"(?:{_SEASON_WORD})(?![a-zа-я])",
    re.ASCII,
)
_SEASONS_SPANNED = re.compile(
    rf"(?<![a-z0-9-])(?P<first>\d{{1,2}})[ªº]?(?:[ ]?-[ ]?|[ ._](?:a|to|bis|по)[ ._])(?P<last>\d{{1,2}})[ªº]?[ ._]"
    rf"(?:{_SEASON_WORD})(?![a-zа-я])(?![ ._]\d)",
    re.ASCII,
)
_ORDINAL_SIGN = re.compile(r"(?<=\d)\D+$", re.ASCII)
_SEASONS_AFTER = re.compile(
    rf"(?<![a-z0-9])(?P<first>\d{{1,2}})[ ._-]{{0,2}}(?:{_SEASON_WORD_AFTER})(?![a-zа-я])", re.ASCII
)
_BRITISH = re.compile(
    r"(?<![a-z0-9])(?:series[ ._](?P<first>\d{1,2})(?=[ ._]{1,2}(?:part|episode|ep|complete|\d{1,2}[ ]?of)[ ._]?)"
    r"|(?<=-[ ._])series[ ._](?P<last>\d{1,2})(?![a-z0-9]))",
    re.ASCII,
)
_WORD_FIRST = re.compile(
    rf"(?<![a-z0-9])(?:{_SEASON_WORD}|series?)[ ._\-:#]{{0,3}}(?P<season>\d{{1,4}})[^a-z0-9]{{1,5}}"
    rf"(?P<episode>(?:{_EPISODE_WORD}|e)"
    r"[ ._\-:#]{0,3}(?!(?:19|20)\d\d(?!\d))\d)",
    re.ASCII,
)
_NUMBER_FIRST = re.compile(
    rf"(?<![a-z0-9])(?P<season>\d{{1,2}})(?:-?[йи]|\.)?[ ._-]{{0,2}}(?:{_SEASON_WORD_AFTER})[ ._,:(/-]{{1,4}}"
    r"(?P<first>\d{1,4})(?:-(?P<last>\d{1,4}))?(?:-?(?:я|ая|ти|й)|\.)?"
    rf"[ ._-]{{0,2}}(?:{_EPISODE_WORD_AFTER})(?![a-zа-я])",
    re.ASCII,
)
_PLURAL = re.compile(r"seasons|saisons|temporadas|staffeln|stagioni|seizoenen|сезоны")
_SEASON_LETTER = re.compile(
    r"(?<![a-z0-9])(?<!\x1f-)(?:s(?:[._](?=0\d[ ._]))?|t(?=\d\d))[ ]?(?P<first>\d{1,4})(?![0-9])"
    r"(?=$|[^a-z]|[sdvp]\d|extras)",
    re.ASCII,
)
_SEASON_CHINESE = re.compile(rf"第[ ]?(?P<first>{CHINESE})[ ]?(?:-[ ]?(?P<last>{CHINESE}))?[ ]?[季期部]")
_SEASON_CHINESE_AFTER = re.compile(
    r"(?<![a-z0-9第])(?P<first>\d{1,2})[季期](?!话|話)|시즌[ ]?(?P<korean>\d{1,2})", re.ASCII
)

_MORE_SEASONS = re.compile(
    rf"(?P<join>{_JOIN})(?P<word>(?:{_SEASON_WORD})[ ._]?|s)?(?P<number>\d{{1,2}})(?![a-z0-9])", re.ASCII
)
_MORE_LETTER = re.compile(
    r"(?P<join>[ ._]{0,2}(?:-{1,2}|~|to|and|&|\+|,|/)?[ ._]{0,2})s(?P<number>\d{1,4})(?![0-9e])"
    r"|(?P<tight>-{1,2}|~)(?P<last>\d{1,2})(?![a-z0-9])",
    re.ASCII,
)
_MORE_PLAIN = re.compile(r"(?P<join>[ ._])(?P<number>\d{1,2})(?=[ ._)\]-]|$)", re.ASCII)

_EPISODES = re.compile(
    rf"(?<![a-z0-9])(?:(?P<word>{_EPISODE_WORD})[ ._\-:#(\[+]{{0,3}}|(?P<letter>e)|(?P<hash>[#№])[ ]?)"
    r"(?!(?<=[(\[])(?:19|20)\d\d[)\]])(?P<first>\d{1,4}(?:\.5)?)(?:v\d(?:\.\d)?)?(?=$|[^a-z0-9]|e\d|[a-d](?![a-z0-9]))",
    re.ASCII,
)
_EPISODES_SPELLED = re.compile(
    rf"(?<![a-z0-9])(?P<word>episode|folge|part|pt)[ ._]{{1,2}}(?P<first>{SPELLED})(?![a-z0-9])", re.ASCII
)
_PARTS = re.compile(r"(?<![a-z0-9])(?:part|pt|parte|teil|chapter)[ ._]{0,2}(?P<first>\d{1,2})(?![a-z0-9])", re.ASCII)
_MORE_PARTS = re.compile(
    r"[ ._+&-]{1,3}(?:and[ ._])?(?:(?:part|pt)[ ._]{0,2}(?P<number>\d{1,2})|(?<=[+&-])(?P<bare>\d{1,2}))(?![a-z0-9])",
    re.ASCII,
)
_EPISODES_AFTER = re.compile(
    r"(?<![a-z0-9])(?P<first>\d{1,4})(?:-(?P<last>\d{1,4}))?[ ._]?(?:-?(?:я|ая|ти|й)|\.|ª|º)?[ ._]?"
    r"(?:сери[яийю]|выпуск[аи]?|seri(?:a|ya|i|yi|ya)|эпизод|b[öo]l[üu]m|blm|r[ée]sz|odcinek|episodes?)"
    r"(?![a-zа-я])(?![ ._#-]{0,3}\d)",
    re.ASCII,
)
_EPISODES_CHINESE = re.compile(
    rf"第[ ]?(?P<first>{CHINESE})(?P<half>\.5)?[ ]?(?:[-~][ ]?第?(?P<last>{CHINESE})[ ]?)?[话話集回]", re.ASCII
)
_EPISODES_EAST = re.compile(
    r"(?<![a-z0-9第全])(?P<first>\d{1,4})(?:[ ]?[-~][ ]?(?P<last>\d{1,4}))?[ ]?(?:[话話集]|화|회(?!차))", re.ASCII
)
_OF = re.compile(
    r"(?<![a-z0-9])(?:part[ ._]{0,2})?(?:(?P<from>\d{1,3})[ ]?[-~][ ]?)?(?P<first>\d{1,3})"
    r"[ ._]?(?:of|из|di|din|de|von)[ ._]?(?P<total>\d{1,3})(?![a-z0-9])",
    re.ASCII,
)
_MORE_EPISODES = re.compile(
    rf"[ ._]{{0,2}}(?P<sign>-|~|&|\+|to|al|ao|a(?=[ ])|bis|по)?[ ._]{{0,2}}"
    rf"(?:(?:{_EPISODE_WORD})[ ._]?|e)(?P<number>\d{{1,4}})(?![0-9])",
    re.ASCII,
)
_MORE_BARE = re.compile(
    r"(?P<sign>[-~&+_](?=\d)|[ ](?:-|~|to|ao|al|a|à|bis)[ ](?=\d{1,4}(?:[ ]?(?:\(|\[|из|of|-)|$)))"
    r"(?P<number>\d{1,4})(?![a-z0-9])",
    re.ASCII,
)


_MORE_AND = re.compile(r"[ ._](?P<sign>en|and|et|und|y|&|\+)[ ._](?P<number>\d{1,3})(?![a-z0-9])", re.ASCII)
_MORE_SPACED = re.compile(r"(?P<join>[ ])(?P<number>\d{1,2})(?=[ )\]-]|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tag:
    """Numbers that a word announces, and where they stand. `word`: what announced them."""

    start: int
    end: int
    numbers: tuple[int | float, ...]
    word: str


def find_seasons(bare: str, *, grouped: bool = False) -> Tag | None:
    """The season or seasons that a plain name says; `grouped`: it began with a group in brackets, as anime does."""
    if (several := _SEASONS_SPANNED.search(bare)) is not None:
        return Tag(several.start(), several.end(), run_of(int(several["first"]), int(several["last"])), "season")
    for expression in (_SEASONS_ORDINAL, _SEASONS, _SEASONS_AFTER, _BRITISH):
        if (said := expression.search(bare)) is not None:
            return _listed(bare, said, expression)
    lettered = _SEASON_LETTER.search(bare)
    if lettered is not None and not (grouped and lettered[0][1:2] == " "):
        return _lettered(bare, lettered, grouped=grouped)
    for match in _SEASON_CHINESE.finditer(bare):
        if (first := value_of(match["first"])) is not None:
            last = value_of(match["last"]) if match["last"] else None
            return Tag(match.start(), match.end(), run_of(first, last or first), "season")
    if (after := _SEASON_CHINESE_AFTER.search(bare)) is not None:
        return Tag(after.start(), after.end(), (int(after["first"] or after["korean"]),), "season")
    return None


def _listed(bare: str, found: re.Match[str], expression: re.Pattern[str]) -> Tag:
    start, end = found.span()
    first = value_of(_ORDINAL_SIGN.sub("", found["first"] or found["last"])) or 0
    if expression is not _SEASONS:
        return Tag(start, end, (first,), "series" if expression is _BRITISH else "season")
    more, numbers, spans = _MORE_SEASONS, [first], False
    while (match := more.match(bare, end) or _MORE_PLAIN.match(bare, end)) is not None:
        join, number = match["join"].strip(" ._"), int(match["number"])
        spaced = (
            join == "-"
            and match.groupdict().get("word") is None
            and _PLURAL.match(found[0]) is None
            and match["join"].startswith((" ", ".", "_"))
            and match["join"].endswith((" ", ".", "_"))
        )
        if number <= numbers[-1] or spaced or (not join and number != numbers[-1] + 1):
            break
        spans |= join not in {"", "&", "+", ",", "/", "and", "und"}
        numbers.append(number)
        end = match.end()
    return Tag(start, end, run_of(first, numbers[-1]) if spans else tuple(numbers), "season")


def _lettered(bare: str, match: re.Match[str], *, grouped: bool) -> Tag:
    numbers, end, spans = [int(match["first"])], match.end(), False
    if len(match["first"]) == 4 and not match["first"].startswith(("19", "20")):
        return Tag(match.start(), end, (numbers[0],), "joined")
    while (further := _MORE_LETTER.match(bare, end)) is not None:
        number = int(further["number"] or further["last"])
        padded = (further["last"] or "").startswith("0") and not match["first"].startswith("0")
        if number <= numbers[-1] or padded:
            break
        join = (further["join"] or "").strip(" ._") if further["number"] else further["tight"]
        spans |= join not in {"&", "+", ",", "/", "and"} and not (join == "" and further["join"] == "")
        numbers.append(number)
        end = further.end()
    if len(numbers) == 1 and not grouped and bare[match.start() + 1 : end].startswith("0"):
        while (further := _MORE_SPACED.match(bare, end)) is not None and int(further["number"]) > numbers[-1]:
            if len(numbers) == 1 and further.end() == len(bare):
                break  # `Show S02 03` is an episode
            numbers.append(int(further["number"]))
            spans, end = True, further.end()
    listed = run_of(numbers[0], numbers[-1]) if spans else tuple(dict.fromkeys(numbers))
    return Tag(match.start(), end, listed, "letter")


def find_both(bare: str) -> tuple[Tag, Tag] | None:
    """Season and episode in words that follow each other: `Season 1 Episode 5`, `1 сезон 5 серия`."""
    if (match := _WORD_FIRST.search(bare)) is not None and (
        named := _EPISODES.search(bare, match.start("episode"))
    ) is not None:
        season = Tag(match.start(), match.start("episode"), (int(match["season"]),), "season")
        return season, _episodes(bare, named)
    if (match := _NUMBER_FIRST.search(bare)) is not None:
        first = int(match["first"])
        season = Tag(match.start(), match.start("first"), (int(match["season"]),), "season")
        return season, Tag(match.start("first"), match.end(), run_of(first, int(match["last"] or first)), "counter")
    return None


def find_episodes(bare: str) -> Tag | None:
    """The episode or episodes that a name in plain form says in a word; the surest form first."""
    if not bare.isascii():
        for expression in (_EPISODES_CHINESE, _EPISODES_EAST):
            for match in expression.finditer(bare):
                if (first := value_of(match["first"])) is not None:
                    last = value_of(match["last"]) if match["last"] else None
                    half = expression is _EPISODES_CHINESE and match["half"] is not None
                    numbers = (first + 0.5,) if half else run_of(first, last or first)
                    return Tag(match.start(), match.end(), numbers, "counter")
    if (after := _EPISODES_AFTER.search(bare)) is not None:
        first = int(after["first"])
        return Tag(after.start(), after.end(), run_of(first, int(after["last"] or first)), "counter")
    if (named := _EPISODES.search(bare)) is not None:
        return _episodes(bare, named)
    if (of := _OF.search(bare)) is not None and 0 < int(of["first"]) <= int(of["total"]):
        return Tag(of.start(), of.end(), run_of(int(of["from"] or of["first"]), int(of["first"])), "of")
    return None


def find_part(bare: str) -> Tag | None:
    """`Part 2`: an episode of a miniseries, the part of a season, or of a film."""
    if (match := _PARTS.search(bare)) is not None:
        numbers, end = [int(match["first"])], match.end()
        while (more := _MORE_PARTS.match(bare, end)) is not None:
            following = int(more["number"] or more["bare"])
            if following != numbers[-1] + 1:
                break
            numbers.append(following)
            end = more.end()
        return Tag(match.start(), end, tuple(numbers), "part")
    match = _EPISODES_SPELLED.search(bare)
    if match is not None and (number := value_of(match["first"])) is not None:
        if match["word"] in {"part", "pt"} and match["first"].strip("ivx") == "":
            return None  # films count their parts in Roman numerals
        return Tag(match.start(), match.end(), (number,), "part")
    return None


def _episodes(bare: str, match: re.Match[str]) -> Tag:
    word = "letter" if match["letter"] else "hash" if match["hash"] else "word"
    if "." in match["first"]:
        return Tag(match.start(), match.end(), (float(match["first"]),), word)
    numbers, end, spans = [int(match["first"])], match.end(), False
    while (
        further := _MORE_EPISODES.match(bare, end) or _MORE_BARE.match(bare, end) or _MORE_AND.match(bare, end)
    ) is not None:
        number = int(further["number"])
        if number <= numbers[-1] or (further["sign"] == "_" and number > numbers[-1] + 1):
            break
        spans |= (further["sign"] or "").strip() in {"-", "~", "_", "to", "al", "ao", "a", "à", "bis", "по"}
        numbers.append(number)
        end = further.end()
    listed = run_of(numbers[0], numbers[-1]) if spans else tuple(numbers)
    return Tag(match.start(), end, listed, word)
