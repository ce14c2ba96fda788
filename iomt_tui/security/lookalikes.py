"""Names that look alike on a screen (SAFETY S6): two patients whom a glance cannot tell apart.

The letter pairs are those of Unicode's confusables (UTS 39) that a name can hold: Cyrillic, Greek, Coptic,
Armenian, Cherokee and Lisu letters of Latin shape, small capitals and Latin letters with strokes.
Compatibility forms (fullwidth, mathematical, superscript) are folded by NFKD; accents are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import combinations, pairwise
from typing import Final

#: Larger crowds of one skeleton are paired in a chain, not each with each.
_CROWD: Final = 16

_ALIKE: Final = (
    # Cyrillic
    ("АВЕЅІЈКМНОРСТУҮХԌԚԜҺӀҒѴЕЗБЬГ", "ABESIJKMHOPCTYYXGQWHIFVE36br"),
    ("авеѕіјкмнорстуүхһԁԛԝӏѵгьԍѡбзᴦꞷꙇҽ", "abesijkmhopctyyxhdqwlvrbgw63rwie"),
    # Greek: capital and small forms differ in what they look like (Ν is N, ν is v)
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳϜϺͿ", "ABEZHIKMNOPTYXCjFMJ"),
    ("αγικνορσςτυωχηϲϱϐεϰβ", "ayiKvopocTuwxncpbekb"),
    ("ⲤⲎⲔⲒⲘⲚⲞⲢⲦⲬⲨⲥⲟⲣⲅ", "CHKIMNOPTXYcopr"),  # Coptic
    # Armenian, Cherokee, Lisu
    ("ՍՏՕԼԱՂոսօցզհյքգւկլառՀ", "USOLUqnuoghhjfqiklwnh"),
    ("ᎠᎡᎢᎥᎪᎫᎬᎳᎷᎻᎽᏀᏃᏆᏒᏔᏙᏚᏞᏟᏢᏦᏴᏮᏳᏂᏏᎩᏧᏕ", "DRTiAJEWMHYGZIRWVSLCPKB6GhBYdS"),
    ("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴꓒ", "BPDTGKJCZFMNLSRVHWXYAEIOUd"),
    # small capitals and other Latin letters of the same shape
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"),
    ("ɑɡɩʋɣıȷƍƽǃſꞌʗƐƖƘɋ", "agiuyijgslflcEIKq"),
    ("łŁøØđĐðÐħĦŧŦɨɫɭꝺƀɓɗɖƒǥɠꞬĸɱŋŊɲʈʉƶ", "lLoOdDdDhHtTillDbbddfggGkmnNntuz"),
    # digits of other scripts come as decimal digits by NFKD or below
    ("|∣⎜ǀ٠۰٥۵١۱०০੦೦ഠ๐໐Οօ", "lllloooolloooooooOo"),
)  # fmt: skip

_SHAPES: Final = {ord(foreign): latin for many, plain in _ALIKE for foreign, latin in zip(many, plain, strict=True)}
_SHAPES.update({ord("æ"): "ae", ord("Æ"): "AE", ord("œ"): "oe", ord("Œ"): "OE", ord("þ"): "p", ord("Þ"): "P"})
#: Within Latin, after case folding: capital I, small l and 1; O and 0.
_STROKES: Final = str.maketrans({"i": "l", "1": "l", "0": "o"})


def skeleton(text: str) -> str:
    """What remains of ``text`` for the eye: names with equal skeletons look alike.

    Case, accents, spaces and punctuation do not count; neither do characters that are not seen, nor the
    marker that stands for them in safe text. Empty when nothing visible remains. Reads 1,000 characters at
    most.
    """
    letters = _letters(unicodedata.normalize("NFKD", text[:1000].translate(_SHAPES)).translate(_SHAPES))
    folded = _letters(unicodedata.normalize("NFKD", letters.casefold()).translate(_SHAPES).casefold())
    return folded.translate(_STROKES).replace("rn", "m").replace("vv", "w")


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def confusable(names: Iterable[str]) -> list[tuple[int, int]]:
    """Pairs of places in ``names`` whose names look alike or are equal; every such name is in one.

    Empty names are like no other. A crowd of more than 16 look-alikes is given as a chain of neighbours.
    """
    seats: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        for key in {skeleton(name), skeleton(name.upper()), skeleton(name.lower())} - {""}:
            seats.setdefault(key, []).append(place)
    pairs: set[tuple[int, int]] = set()
    for crowd in seats.values():
        pairs.update(combinations(crowd, 2) if len(crowd) <= _CROWD else pairwise(crowd))
    return sorted(pairs)
