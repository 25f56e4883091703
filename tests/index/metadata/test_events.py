import pytest

from index.metadata.events import event_date
from index.text.dates import date_mentions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the latest event told
        ("Panen digelar pada Senin (29/11/2021) di lereng.", ("2021-11-29", "event")),
        ("Panen digelar Jumat (9/4/2021), syukuran Senin (29/11/2021).", ("2021-11-29", "event")),
        ("Panen digelar Senin (29/11/2021), setelah hujan Jumat (9/4/2021).", ("2021-11-29", "event")),
        ("Panen digelar Senin (29/11/2021). Syukuran digelar Selasa (30/11).", ("2021-11-30", "event")),
        ("Panen digelar Rabu (17/11/2021) malam.", ("2021-11-17", "event")),
        # what is still ahead does not count
        ("Panen dimulai Senin (29/11/2021). Pasar akan digelar Sabtu (4/12/2021).", ("2021-11-29", "event")),
        ("Panen dimulai Senin (29/11/2021). Pasar digelar Sabtu (4/12/2021) mendatang.", ("2021-11-29", "event")),
        ("Panen dijadwalkan berlangsung Sabtu (4/12/2021).", (None, None)),
        ("Pada Sabtu depan (4/12/2021) panen dimulai.", (None, None)),
        # but what was said of it does
        ("“Pasar akan digelar,” kata kepala desa, Senin (29/11/2021).", ("2021-11-29", "event")),
        ("Pasar akan digelar, ujar kepala desa, Senin (29/11/2021).", ("2021-11-29", "event")),
        # a day marked as past yields to one that is not
        ("Panen usai Senin (29/11/2021). Hujan turun Rabu (1/12/2021) lalu.", ("2021-11-29", "event")),
        ("Hujan turun Rabu (1/12/2021) lalu.", ("2021-12-01", "event")),
        # a range, a date without weekday and an impossible date are no report's day
        ("Pameran digelar Sabtu-Minggu (11-12/3/2023).", (None, None)),
        ("Desa itu berdiri sejak 17 Agustus 1945.", (None, None)),
        ("Panen digelar Selasa (29/11/2021).", (None, None)),
        # the weekday settles the year
        ("Pada tahun 2023 warga berkumpul Senin (13/3).", ("2023-03-13", "event-weekday")),
        ("Lomba Kopi 2023 dibuka Senin (13/3), ditutup Selasa (14/3).", ("2023-03-14", "event-weekday")),
        ("Aturan 2013 dan 2022 dibahas pada Senin (13/3).", (None, None)),
        ("Aturan 2022 dan lomba 2023 dibahas pada Senin (13/3).", ("2023-03-13", "event-weekday")),
        ("Lomba 2023 dan rencana 2026 dibahas pada Senin (13/3).", (None, None)),  # is 2026 ahead? unknown
        ("Lomba dibahas Senin (13/3).", (None, None)),  # no year at all
        # years that look far back or ahead date no report
        ("Warga menanam sejak 2006 dan berkumpul Senin (13/3).", (None, None)),
        ("Warga mengenang 1990-an dan berkumpul Senin (13/3).", (None, None)),
        ("Lomba 2023 bagi pengurus 2023-2026 dibahas Senin (13/3).", ("2023-03-13", "event-weekday")),
        ("Lomba 2023 untuk target hingga 2028 dibahas Senin (13/3).", ("2023-03-13", "event-weekday")),
        ("Piagam 1978 dibahas warga Senin (13/3).", (None, None)),
        # the year of a copyright line is the page's: asked last
        ("Lomba 2023 dibuka Senin (13/3).\nCopyright © 2024 Warta.id", ("2023-03-13", "event-weekday")),
        ("Lomba dibuka Senin (13/3).\nCopyright © 2023 Warta.id", ("2023-03-13", "event-weekday")),
        ("Lomba dibuka Senin (13/3).\nCopyright © 2024 Warta.id", (None, None)),
        ("Warga senang.", (None, None)),
    ],
)
def test_event_date(text: str, expected: tuple[str | None, str | None]) -> None:
    assert event_date(text, date_mentions(text)) == expected
