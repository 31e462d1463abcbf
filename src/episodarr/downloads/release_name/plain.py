"""A name made plain for reading: one spelling of brackets, dashes and digits, and what is technical covered up.

Every step keeps the length, so that a place in the plain text is the same place in the name.
"""

import re
from dataclasses import dataclass
from itertools import chain

LONGEST = 300
"""A path part is cut to this before any expression sees it: names are untrusted."""

COVER = "\x1f"
"""Stands where something technical stood. No letter, no digit, no separator."""

FAINT = "\x1e"
"""Stands where a word stood that is technical or of the title: `The Web`, `French Harbour`."""

COVERS = COVER + FAINT

_EXTENSION = re.compile(
    r"\.(?:mkv|mk3d|mp4|m4v|avi|ts|m2ts|mts|mov|wmv|webm|mpe?g|m2v|og[mv]|flv|f4v|divx|rmvb|rm|asf|vob|3gp|wtv|dvr-ms|iso"
    r"|img|bin|srt|ass|ssa|sub|idx|sup|vtt|smi|nfo|nzb|torrent|rar|zip|7z|par2|mka|strm)$",
    re.IGNORECASE,
)

_SPELLING = str.maketrans(
    dict(
        chain(
            zip("【】「」『』《》［］（）｛｝〔〕", "[][][][][]()()()", strict=True),
            zip("～〜–—−－‐‑‒×＃．：＆／\u3000\u00a0★☆·", "~~-------x#.:&/     ", strict=True),
            ((chr(0xFF10 + i), chr(0x30 + i)) for i in range(10)),
            ((chr(0xFF21 + i), chr(0x41 + i)) for i in range(26)),
            ((chr(0xFF41 + i), chr(0x61 + i)) for i in range(26)),
        )
    )
)

_SITE = r"\[?[ ]?(?:https?://)?www\.[a-z0-9-]{2,40}\.[a-z]{2,8}(?:[ ]?\])?"
_PICTURE = (
    r"(?:[3-9]\d\d|[1-7]\d{3})[ ]?[x*][ ]?(?:2[4-9]\d|[3-9]\d\d|[1-4]\d{3})[pi]?"
    r"|\d{3,4}[pi]\d{0,3}"
    r"|(?<!-[ _.])(?<!episode[ ._])(?<!ep[ ._])(?<![#第])(?:480|540|576|720|1080|1440|2160)(?:[x ]?\d\dfps)?"
    r"(?![话話集回完])"
    r"|[48]k|uhd|[fq]hd|hdr(?:10)?"
    r"|dovi|sdr|\d{2,3}(?:\.\d{1,3})?[ -]?fps|bt[.]?2020|3d"
)
_CODING = (
    r"[xh][ .]?26[3-6]|x642|hevc|avc|av1|xvid|divx[\d.]*|vp[89]|mpeg-?[1-4]|wmv\d?|(?:8|10|12)[ .-]?bits?(?:h\.26\d)?"
    r"|hi10p?|hi4\d\dp*"
    r"|ma10p|yuv\d{3}p?\d*|crf[ -]?\d{2}"
)
_SOUND = (
    r"dd[pa+]{0,2}[ .]?[1-9](?:[ .]\d)?|(?:aac|e-?ac-?3|ac-?3|dts(?:-?hd)?(?:[ .-]?(?:ma|hra|es|x))?|true-?hd|flac|opus"
    r"|mp[23]|mpa|l?pcm|ogg|vorbis|ddp|atmos)(?:[ ._-]?[1-9][ .]\d(?:ch)?)?(?:x[1-9])?|(?<!\d\.)[1257]\.[01](?:[ ]?ch)?"
    r"|[1-8](?:\.\d)?ch"
)
_SOURCE = (
    r"web[ .-]?dl(?:mux)?|web[ .-]?(?:rip|mux)|web|hd-?tv(?:rip|mux)?|hd-?rip|[ps]dtv|dsr(?:ip)?|tv-?rip|dvb|vhs-?rip"
    r"|blu-?ray|bd-?(?:rip|remux|mux)?(?:\d{3,4}[pi]?)?|br-?rip|dvd-?(?:rip|scr|mux|iso|r)?\d{0,4}p?|remux|hddvd|ld-?rip"
    r"|laserdisc|ppv|mp-?4|mkv|avi"
)
_WORDS = (
    r"french|german|italian|english|spanish|japanese|swedish|polish|korean|chinese|russian|danish|norwegian|finnish|dutch"
    r"|hindi|nordic|castellano|latino|truefrench|uncut|uncensored|unrated|internal|remastered|readnfo|proper"
)
"""Languages and the like, which titles have too."""
_REST = (
    r"\d{1,4}(?:[.,]\d{1,2})?[ ]?[gm]i?b|\d{2,5}[ ]?k(?:bps|bits?)|[1-9]cds?|cd[ ]?[1-9](?:[ ]?of[ ]?[1-9])?|r[1-6]"
    r"|(?:imdb|tmdb|tvdb|anidb)(?:id)?-(?:tt)?\d{1,10}|(?:repack|proper|rerip)\d?|ver[ ]?\d[\d.]*[a-z]?|\dx?subs?"
    r"|(?:soft|hard|e|m|multi)-?subs?|vost(?:fr|a)?|(?:multi|dual)[ .-]?audio|ita|eng|jap|jpn"
    rf"|dubbed|subbed|{_WORDS}"
)
_TECHNICAL = re.compile(
    rf"{_SITE}|[\[({{][0-9a-f]{{8}}[\])}}]|(?<![a-z0-9])(?:{_PICTURE}|{_CODING}|{_SOUND}|{_SOURCE}|{_REST})(?![a-z0-9])",
    re.ASCII,
)


_WORD = re.compile(
    rf"{_WORDS}|web|opus|atmos|ogg"
    r"|ver[ ]?\d[\d.]*[a-z]?|[48]k|3d",
    re.ASCII,
)
"""Of what is technical, the words that titles have too."""

_RESOLUTION = re.compile(r"(?<!\d)\d{3,4}(?:[pi](?![a-z0-9])|x\d{3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plain:
    """A name: as it is (`name`, without extension), in lower case (`low`), and without technical parts (`bare`)."""

    name: str
    low: str
    bare: str


def plain(name: str) -> Plain:
    """Make a name plain."""
    name = _EXTENSION.sub("", name.strip("\ufeff \t\r\n\0")[:LONGEST])
    if not name.isascii():
        name = name.translate(_SPELLING)
    low = lower(name)
    return Plain(name, low, _TECHNICAL.sub(_cover, low))


def lower(text: str) -> str:
    """In lower case, at the same length: some capitals have a lower case of two characters."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(one if len(one.lower()) > 1 else one.lower() for one in text)


def _cover(match: re.Match[str]) -> str:
    if match[0].isdigit() and _RESOLUTION.search(match.string) is not None:
        return match[0]  # `Show 720 [1080p]`
    faint = _WORD.fullmatch(match[0]) is not None and match.string[match.start() - 1 : match.start()] not in {"[", "("}
    return (FAINT if faint else COVER) * len(match[0])
