"""Numbers as names write them: in digits, Roman, in words, in Chinese."""

import re

LONGEST_RUN = 400
"""A range of more numbers than this is no range of episodes."""

_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}
_WORDS = {
    word: number
    for number, words in enumerate(
        [
            "one first un une premiere première uno prima primera eins erste",
            "two second deux deuxieme deuxième due seconda dos segunda zwei zweite",
            "three third trois troisieme troisième tre terza tres tercera drei dritte",
            "four fourth quatre quattro cuatro cuarta vier vierte",
            "five fifth cinq cinque cinco quinta fünf",
            "six sixth sei seis sexta sechs",
            "seven seventh sept sette siete sieben",
            "eight eighth huit otto ocho acht",
            "nine ninth neuf nove nueve neun",
            "ten tenth dix dieci diez zehn",
        ],
        start=1,
    )
    for word in words.split()
}
_CHINESE = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}

CHINESE = "[0-9零一二两三四五六七八九十百]{1,6}"
SPELLED = "|".join(sorted([*_ROMAN, *_WORDS], key=len, reverse=True))
ORDINAL = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|premi[eè]re|deuxi[eè]me|troisi[eè]me|prima"
    "|seconda|terza|primera|segunda|tercera|cuarta|quinta|sexta|erste|zweite|dritte|vierte|ii|iii|iv|vi|vii|viii|ix"
)
"""Words that can stand before `season`: `Four Seasons` is a title."""

_PLACES = re.compile(r"(?:(?P<hundreds>.)?百)?零?(?:(?P<tens>.)?十)?(?P<ones>.)?", re.DOTALL)


def value_of(text: str) -> int | None:
    """The number that digits, a Roman numeral, a word or Chinese numerals mean."""
    if text.isascii() and text.isdigit():
        return int(text)
    if text in _ROMAN:
        return _ROMAN[text]
    if text in _WORDS:
        return _WORDS[text]
    return _chinese(text)


def _chinese(text: str) -> int | None:
    match = _PLACES.fullmatch(text)
    if match is None:
        return None
    total = 0
    for place, worth in (("hundreds", 100), ("tens", 10), ("ones", 1)):
        if (numeral := match[place]) is not None:
            if numeral not in _CHINESE:
                return None
            total += _CHINESE[numeral] * worth
        elif worth > 1 and {100: "百", 10: "十"}[worth] in text:
            total += worth
    return total or None


def run_of(first: int, last: int) -> tuple[int, ...]:
    """All numbers from first to last; only the first one when that is no sensible range."""
    if not first < last <= first + LONGEST_RUN:
        return (first,)
    return tuple(range(first, last + 1))
