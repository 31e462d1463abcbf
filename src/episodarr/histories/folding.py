"""Text without case and accents. Pure."""

import re
import unicodedata

_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
_ACCENT = re.compile("[\u0300-\u036f\u064b-\u065f]+|(?<=[\u0620-\u064a])[\u0653-\u0655]")
"""Of Latin, Greek, Cyrillic and Arabic letters; the marks of Japanese kana make other letters."""


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return unicodedata.normalize("NFC", _ACCENT.sub("", folded))
