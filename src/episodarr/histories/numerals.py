"""Numbers as titles write them: in digits, Roman, in words of many languages, in Chinese. Pure."""

import re

from episodarr.histories.folding import fold

_WORDS = """
one first un une uno una um uma premier premiere primer primero primera primeiro primo prima ein eins eine erste
  erster een eerste en ett forsta forste yksi ensimmainen jeden pierwsza prvni elso birinci первый первая الاول
two second deux deuxieme dos segundo segunda dois duas secondo seconda due zwei zweite zweiter twee tweede tva to
  andra anden andre kaksi toinen dwa druga druhy druha masodik ikinci второй вторая الثاني
three third trois troisieme tres tercer tercero tercera terceiro terceira terzo terza tre drei dritte dritter drie
  derde tredje kolme kolmas trzy trzecia treti harmadik ucuncu третий третья الثالث
four fourth quatre quatrieme cuatro cuarto cuarta quatro quarto quarta quattro vier vierte vierter vierde fyra
  fire fjarde fjerde nelja neljas cztery czwarta ctvrty ctvrta negyedik dorduncu четвертый четвертая الرابع
five fifth cinq cinquieme cinco quinto quinta cinque funf funfte funfter vijf vijfde fem femte viisi viides piec
  piata paty pata otodik besinci пятый пятая الخامس
six sixth sixieme seis sexto sexta sei sesto sesta sechs sechste sechster zes zesde sex seks sjatte sjette kuusi
  kuudes szesc szosta шестой шестая السادس
seven seventh sept septieme siete septimo septima sete setimo setima sette settimo settima sieben siebte siebter
  zeven zevende sju syv sjunde syvende seitseman seitsemas siedem siodma седьмой седьмая السابع
eight eighth huit huitieme ocho octavo octava oito oitavo oitava otto ottavo ottava acht achte achter achtste
  atta otte attonde ottende kahdeksan kahdeksas osiem osma восьмой восьмая الثامن
nine ninth neuf neuvieme nueve noveno novena nove nono nona neun neunte neunter negen negende nio ni nionde niende
  yhdeksan yhdeksas dziewiec девятый девятая
ten tenth dix dixieme diez decimo decima dez dieci zehn zehnte zehnter tien tiende tio ti tionde kymmenen
  kymmenes dziesiec десятый десятая
eleven onze once undici elf elva elleve
twelve douze doce doze dodici zwolf twaalf tolv
thirteen treize trece treze tredici dreizehn dertien tretton tretten
fourteen quatorze catorce quattordici vierzehn veertien fjorton fjorten
fifteen quinze quince quindici funfzehn vijftien femton femten
sixteen seize dieciseis dezesseis sedici sechzehn zestien sexton seksten
seventeen
eighteen
nineteen
twenty
"""
"""A line a number, from one; folded; a line that starts with a space goes on."""
_VALUES = {
    fold(word): number
    for number, words in enumerate(re.split(r"\n(?! )", _WORDS.strip()), start=1)
    for word in words.split()
}
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: tens * 10 for tens, word in enumerate(_TEN_WORDS.split(), start=2)}
_ROMAN_TENS = ["", "x", "xx", "xxx"]
_ROMAN_ONES = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
_ROMAN = {tens + ones: ten * 10 + one for ten, tens in enumerate(_ROMAN_TENS) for one, ones in enumerate(_ROMAN_ONES)}
del _ROMAN[""]
_CHINESE = {sign: number for number, sign in enumerate("一二三四五六七八九", start=1)} | {"兩": 2, "两": 2}

MOST = 9999
"""A number above it is none of a season or an episode."""


def is_roman(text: str) -> bool:
    """Whether it is a Roman numeral, up to 39."""
    return text.lower() in _ROMAN


def value_of(text: str) -> int | None:
    """The number that a word means; None when it means none."""
    if text.isdecimal():
        return int(text) if len(text) <= 4 else None
    word = fold(text)
    if word in _ROMAN:
        return _ROMAN[word]
    if word in _VALUES:
        return _VALUES[word]
    tens, _, ones = word.replace(" ", "-").partition("-")
    if tens in _TENS and (not ones or 1 <= _VALUES.get(ones, 0) <= 9):
        return _TENS[tens] + _VALUES.get(ones, 0)
    return _chinese(text)


def _chinese(text: str) -> int | None:
    """Up to 99: 二十三."""
    tens, ten, ones = text.rpartition("十")
    if (tens and tens not in _CHINESE) or (ones and ones not in _CHINESE) or not text:
        return None
    return (_CHINESE.get(tens, 1) * 10 if ten else 0) + _CHINESE.get(ones, 0)
