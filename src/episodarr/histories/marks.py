"""The words with which titles say “season 2” or “episode 6”, in the languages of the services. Pure.

All of them are compared folded: `Épisode 6`, `EPISODE 6` and `episode 6` are one.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from episodarr.histories.folding import fold
from episodarr.histories.numerals import is_roman, value_of


class MarkKind(StrEnum):
    """What a word counts."""

    SEASON = "season"
    PART = "part"
    """Part, volume, collection, book: a season of some shows, a piece of a film or an episode of others."""
    CHAPTER = "chapter"
    """An episode of most shows, a season of a few."""
    LIMITED = "limited"
    """A series of one season, without a number."""
    SPECIALS = "specials"
    EPISODE = "episode"


class Mark(NamedTuple):
    """A part of a title that counts something."""

    kind: MarkKind
    number: int | None
    spelled: str
    """The number as it is written: `2`, `two`, `ii`."""
    rest: str
    """What follows it within the part: `Remix`."""

    @property
    def in_digits(self) -> bool:
        """Rather than in words or as a Roman numeral."""
        return self.spelled.isdecimal()

    @property
    def roman(self) -> bool:
        """`Episode IV` is a film."""
        return is_roman(self.spelled)


_WORDS = {
    MarkKind.SEASON: (
        "season series serie staffel saison temporada stagione seizoen saeson sasong"
        " sesong kausi tuotantokausi sezon sezonul sezona sezone seria rada evad hooaeg sezonas denboraldia cycle"
        " musim mua сезон сезона κυκλος σεζον עונה الموسم موسم सीज़न सीजन ฤดูกาลที่ ฤดูกาล ซีซั่น ซีซัน シーズン シリーズ 시즌"
    ),
    MarkKind.PART: (
        "part pt parte partes partie teil deel del osa czesc cast kisim partea bagian phan часть частина μερος"
        " חלק الجزء ภาค ภาคที่ パート 파트 volume vol volumen volym band tome tom том ボリューム 볼륨 book libro"
        " livre buch livro ksiega kirja книга bok boek kniha collection colleccion coleccion colecao kollektion"
        " kolekcja"
        " collectie samling kokoelma コレクション 컬렉션 batch"
    ),
    MarkKind.CHAPTER: (
        "chapter capitulo chapitre kapitel capitolo hoofdstuk rozdzial kapitola luku fejezet kapittel"
        " capitolul глава розділ κεφαλαιο チャプター 챕터 פרק"
    ),
    MarkKind.EPISODE: (
        "episode episodio folge aflevering avsnitt afsnit jakso odcinek bolum epizoda epizod episod"
        " episodul dil tap серия эпизод серія επεισοδιο الحلقة حلقة ตอนที่ ตอน エピソード 에피소드 ep e rész"
    ),
}
_COUNTERS = {
    MarkKind.SEASON: "シーズン シリーズ 季 期 시즌 기 กะ",
    MarkKind.PART: "部 巻 부",
    MarkKind.CHAPTER: "章 장",
    MarkKind.EPISODE: "話 话 集 回 화 회",
}
"""What stands behind a number: 第2季."""
_LIMITED_WORDS = (
    "limited series|the limited series|miniseries|mini series|mini-series|miniserie|mini-serie|mini serie|minisarja"
    "|miniserien|miniserial|minisérie|minissérie|mini-série|minisorozat|miniszéria|miniserija|мини-сериал|мінісеріал"
    "|мини-серијал|минисериал|serie limitada|série limitada|série limitée|serie limitata|begrenset serie|mini dizi"
    "|limitowany serial|リミテッドシリーズ|ミニシリーズ|리미티드 시리즈|미니시리즈|迷你影集|迷你剧|迷你劇|限定劇"
    "|限定剧|限定影集"
    "|μίνι σειρά|מיני-סדרה|مسلسل قصير|มินิซีรีส์|limited event series|event series|sorozat|seri terbatas|phim ngắn tập"
)
_SPECIALS_WORDS = (
    "specials|special|especiales|especial|especiais|hors-série|hors série|spéciaux|spéciales|spezial|speciali"
    "|speciale|erikoisjaksot|erikoisjakso|specialavsnitt|odcinki specjalne|スペシャル|특별편|特別編|特别篇|特別篇"
)
_LIMITED = frozenset(map(fold, _LIMITED_WORDS.split("|")))
_SPECIALS = frozenset(map(fold, _SPECIALS_WORDS.split("|")))
_KINDS = {fold(word): kind for kind, words in _WORDS.items() for word in words.split()}
_COUNTED = {word: kind for kind, words in _COUNTERS.items() for word in words.split()}


def _any(words: dict[str, MarkKind]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NUMBER = r"\d{1,4}(?!\d)|[ivx]{1,6}(?!\w)|[^\W\d_]+(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?(?!\w)"
_FRONT = re.compile(
    rf"(?:the )?(?P<word>{_any(_KINDS)})(?:[.:#]? ?[#№]? ?(?=\d)|\.?[ ]|(?=[一-十]))(?P<number>{_NUMBER})"
)
_BACK = re.compile(
    rf"(?:the )?(?:第 ?)?(?P<number>\d{{1,4}}|\w+)(?:[.]?[ªº°]|\.|-?(?:st|nd|rd|th|er|ere|re|e|eme|a|o))?[ -]?"
    rf"(?P<word>{_any(_KINDS)})(?!\w)"
)
_ASIAN = re.compile(
    rf"(?:第 ?)?(?P<number>\d{{1,4}}|[一二兩两三四五六七八九十]{{1,3}}) ?(?P<word>{_any(_COUNTED)})(?![^\W\d_])"
)
_ALIKE = re.compile(r"(?:the )?final season|temporada final|saison finale|stagione finale|finale staffel")


@lru_cache(maxsize=4096)
def mark_of(part: str) -> Mark | None:
    """What a part of a title counts: `Season 2`, `2ª temporada`, `第1シリーズ`, `Limited Series`; None: nothing."""
    text = " ".join(fold(part).split()).strip(" .-")
    if text in _LIMITED:
        return Mark(MarkKind.LIMITED, 1, "", "")
    if text in _SPECIALS:
        return Mark(MarkKind.SPECIALS, 0, "", "")
    if _ALIKE.fullmatch(text):
        return Mark(MarkKind.SEASON, None, "", text)
    for pattern, kinds in ((_FRONT, _KINDS), (_ASIAN, _COUNTED), (_BACK, _KINDS)):
        match = pattern.match(text)
        if match is not None and (number := value_of(match["number"])) is not None:
            rest = text[match.end() :].strip(" .-:,")
            if rest and pattern is not _FRONT:
                continue  # “Two Parts of Me” counts nothing
            return Mark(kinds[match["word"]], number, match["number"], rest)
    return None
