"""Numbers with their unit, and dates, brought to one scale so that two of them can be compared.

"1,2 km" and "900 meter" are both metres, "Rp2 miliar" and "Rp500 juta" both rupiah, "18 gol" and "empat gol"
both goals. What is written is kept; only the value is brought over. A currency is never changed into another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from index.text.analysis import STOP_WORDS, stem
from index.text.dates import MONTH_WORDS, date_mentions
from index.text.numbers import NUMBER_WORDS, numbers


@dataclass(frozen=True)
class Quantity:
    """A value and its unit where they stand: ``text[start:end]``.

    ``unit`` is a base unit or the stem of what is counted. A day is a quantity of the unit "tanggal": its
    value is the number of the day, so that two can be subtracted.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    text: str
    counted: str = ""  # the word as it is written, where things are counted ("kunjungan")


# Written unit → base unit and how many of it.
_SCALED: dict[str, tuple[str, Decimal]] = {
    name: (base, Decimal(factor))
    for base, names in {
        "meter": "mm:0.001 milimeter:0.001 cm:0.01 sentimeter:0.01 m:1 meter:1 km:1000 kilometer:1000 mil:1609.344",
        "meter persegi": "m2:1 m²:1 km2:1000000 km²:1000000 ha:10000 hektare:10000 hektar:10000",
        "kilogram": "mg:0.000001 g:0.001 gram:0.001 ons:0.1 kg:1 kilogram:1 kilo:1 kuintal:100 ton:1000",
        "liter": "ml:0.001 mililiter:0.001 cc:0.001 l:1 liter:1",
        "detik": "detik:1 menit:60 jam:3600",
        "hari": "hari:1 pekan:7 minggu:7",
        "bulan": "bulan:1 tahun:12 dekade:120 dasawarsa:120 abad:1200",
        "persen": "%:1 persen:1 prosen:1",
        "byte": "kb:1000 mb:1000000 gb:1000000000 tb:1000000000000",
        "hertz": "hz:1 khz:1000 mhz:1000000 ghz:1000000000",
        "watt": "watt:1 kw:1000 kilowatt:1000 mw:1000000 megawatt:1000000",
        "rupiah": "rupiah:1", "dolar": "dolar:1 dollar:1 usd:1", "euro": "euro:1", "orang": "orang:1 jiwa:1",
        "pound": "pound:1 poundsterling:1", "ringgit": "ringgit:1", "yen": "yen:1", "yuan": "yuan:1",
    }.items()
    for name, factor in (pair.split(":") for pair in names.split())
}  # fmt: skip
_CURRENCIES = {"rp": "rupiah", "idr": "rupiah", "us$": "dolar", "usd": "dolar", "$": "dolar", "s$": "dolar singapura",
               "£": "pound", "€": "euro", "rm": "ringgit"}  # fmt: skip
_WORDS = "|".join(sorted((word for word in NUMBER_WORDS if word not in ("rp", "persen")), key=len, reverse=True))
_NUMBER = re.compile(
    rf"""(?<![\w,./-])(?:(?P<currency>rp\.?|idr|us\$|s\$|usd|\$|£|€|rm)\s?)?
    (?P<number>\d+(?:[.,]\d+)*|\b(?:{_WORDS})(?:\s+(?:{_WORDS}))*\b)
    (?![\d.,]*[-–]\d)(?P<scale>\s?(?:ribu|juta|miliar|milyar|triliun)\b|(?(currency)\s?(?:rb|jt|m|t)\b|(?!)))?
    (?P<unit>\s?(?:%|(?:kilo)?meter\spersegi|dol+ar\s(?:as|singapura|australia)|[a-z]+[²2]?(?![\w-])))?""",
    re.I | re.X,
)
_SHORT_SCALES = {"rb": "ribu", "jt": "juta", "m": "miliar", "t": "triliun"}  # behind a currency: "Rp5 M"
# What follows a number without being what is counted.
_NO_UNIT = STOP_WORDS | frozenset("kali-nya lebih sekitar wib wita wit silam mendatang di ke".split())


def quantities(text: str) -> list[Quantity]:
    """Return the quantities of a text in order; a lone "satu", years, clock times and ordinals are none.

    >>> [(int(q.value), q.unit) for q in quantities("Rp2,5 miliar untuk 1,2 km, naik 10 persen dari empat gol")]
    [(2500000000, 'rupiah'), (1200, 'meter'), (10, 'persen'), (4, 'gol')]

    A bare number has the unit "": it may be compared with another bare number alone.
    """
    days = date_mentions(text)
    found = [
        Quantity(
            Decimal(date.fromisoformat(day.iso).toordinal()), "tanggal", day.start, day.end, text[day.start : day.end]
        )
        for day in days
        if day.iso
    ]
    taken = [(day.start, day.end) for day in days]
    for match in _NUMBER.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if made := _read(match, text):
            found.append(made)
    return _joined(sorted(found, key=lambda one: one.start), text)


def _joined(found: list[Quantity], text: str) -> list[Quantity]:
    """Return "1 jam 30 menit" and "2 tahun 6 bulan" as one time."""
    made: list[Quantity] = []
    for one in found:
        last = made[-1] if made else None
        between = text[last.end : one.start] if last else ""
        if last and one.unit == last.unit in ("detik", "bulan") and not between.strip() and one.value < last.value:
            made[-1] = Quantity(last.value + one.value, one.unit, last.start, one.end, text[last.start : one.end])
        else:
            made.append(one)
    return made


def _read(match: re.Match[str], text: str) -> Quantity | None:
    number, scale, unit = match["number"], (match["scale"] or "").strip(), (match["unit"] or "").strip().lower()
    scale = _SHORT_SCALES.get(scale.lower(), scale)
    values = numbers(f"{number} {scale}".strip())
    if len(values) != 1:
        return None
    if unit and number[-1].isdigit() and match["unit"][0].isalpha() and not scale and unit not in _SCALED:
        return None  # "2700U" is a name
    if _SCALED.get(unit, ("",))[0] != "detik" and re.search(
        r"\b(?:pukul|jam|nomor|no\.?|pasal|ayat|ke-?)\s?$", text[max(0, match.start() - 8) : match.start()], re.I
    ):
        return None
    value, end = values.pop(), match.end()
    if match["currency"]:
        name = _CURRENCIES[match["currency"].lower().rstrip(".")]
        end = match.end("scale") if match["scale"] else match.end("number")
        return Quantity(value, name, match.start(), end, text[match.start() : end])
    if unit in _SCALED:
        base, factor = _SCALED[unit]
    elif re.fullmatch(r"(?:kilo)?meter persegi", unit):
        base, factor = "meter persegi", Decimal(10**6 if unit.startswith("kilo") else 1)
    elif unit.startswith("dol"):
        base, factor = "dolar" if unit.endswith("as") else f"dolar {unit.split()[-1]}", Decimal(1)
    elif not unit or unit in _NO_UNIT or unit in MONTH_WORDS or unit in NUMBER_WORDS:
        base, factor = "", Decimal(1)
        end = match.end("scale") if match["scale"] else match.end("number")
        if re.fullmatch(r"(?:1[5-9]|20)\d\d", number) and not scale:
            return None
    else:
        base, factor = stem(unit), Decimal(1)
        if re.fullmatch(r"(?:1[5-9]|20)\d\d", number) and not scale and unit not in _SCALED:
            return None
    counted = unit if base and unit not in _SCALED and base == stem(unit) else ""
    return Quantity(value * factor, base, match.start(), end, text[match.start() : end], counted)


_LARGE = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"))


def written(value: Decimal, unit: str) -> str:
    """Return a computed value as Indonesian news writes it.

    >>> written(Decimal("994118"), ""), written(Decimal("1500000000"), "rupiah"), written(Decimal("300"), "meter")
    ('994.118', 'Rp1,5 miliar', '300 meter')
    """
    if unit == "tanggal":
        return f"{_digits(value)} hari"
    if unit == "bulan" and value % 12 == 0 and value:
        return f"{_digits(value / 12)} tahun"
    if unit == "detik" and value % 60 == 0 and value:
        hours = value % 3600 == 0
        return f"{_digits(value / (3600 if hours else 60))} {'jam' if hours else 'menit'}"
    if unit == "meter" and value >= 1000:
        return f"{_digits(value / 1000)} kilometer"
    if unit == "kilogram" and value >= 1000:
        return f"{_digits(value / 1000)} ton"
    if unit == "byte" and value >= 10**9:
        return f"{_digits(value / 10**9)} GB"
    if unit == "hertz" and value >= 10**9:
        return f"{_digits(value / 10**9)} GHz"
    text = _digits(value)
    if unit not in ("persen", ""):
        for scale, name in _LARGE:
            if value >= scale and (value * 1000) % scale == 0:
                text = f"{_digits(value / scale)} {name}"
                break
    if unit == "persen":
        return f"{text} poin persen"
    return f"Rp{text}" if unit == "rupiah" else f"{text} {unit}".strip()


def _digits(value: Decimal) -> str:
    """Return digits with dots between thousands and a comma before decimals.

    >>> _digits(Decimal("1234.50"))
    '1.234,5'
    """
    whole, _, rest = f"{value.normalize():f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{grouped},{rest[:4]}" if rest else grouped
