"""Whose words are they? Replies, forwarded mails and attachments, from mail programs and from Outlook's own format."""

from email.message import EmailMessage

import pytest
from reading import LINES, TEXT, TITLE, docx, found_in, msg, zipped

from index.articles import RawArticle
from index.readers.bad_record import BadRecord

OWN = "Panen dimulai Senin, kata Budi."


def mail(body: str, kind: str = "plain", **attached: bytes) -> list[RawArticle | BadRecord]:
    message = EmailMessage()
    message["Subject"] = "Re: Panen"
    message["From"] = "Rina <rina@warta.example>"
    message.set_content(body, subtype=kind)
    for name, content in attached.items():
        message.add_attachment(content, maintype="application", subtype="x", filename=name.replace("__", "."))
    return found_in("a.eml", bytes(message))


@pytest.mark.parametrize(
    ("quoted", "kind"),
    [
        ("> Panen Selasa?\n>> Minggu.", "plain"),
        ("Pada Sel, 19 Nov 2024 pukul 10.12 Redaksi <redaksi@warta.example>\nmenulis:\n\n> Panen Selasa?", "plain"),
        ("On Tue, 19 Nov 2024 at 10:12, Redaksi <r@warta.example> wrote:\n> Panen Selasa?", "plain"),
        ("-----Original Message-----\nFrom: Redaksi\nPanen Selasa?", "plain"),
        ("-----Pesan Asli-----\nPanen Selasa?", "plain"),
        (
            "________________________________\nDari: Redaksi <r@warta.example>\nDikirim: Selasa, 19 November 2024\n"
            "Kepada: Rina\nPerihal: Panen\n\nPanen Selasa?",
            "plain",
        ),
        ("<blockquote type='cite'><p>Panen Selasa?</p><blockquote type=cite>Minggu</blockquote></blockquote>", "html"),
        (
            "<div class='gmail_quote'><div class='gmail_attr'>Pada Sel, 19 Nov 2024 Redaksi &lt;r@x.id&gt; menulis:"
            "</div><blockquote class='gmail_quote'>Panen Selasa?</blockquote></div>",
            "html",
        ),
    ],
)
def test_what_a_reply_quotes_is_not_the_senders(quoted: str, kind: str) -> None:
    body = f"<p>{OWN}</p>{quoted}" if kind == "html" else f"{OWN}\n\n{quoted}\n"
    (article,) = mail(body, kind)
    assert isinstance(article, RawArticle)
    assert article.text.replace("_", "").strip() == OWN
    assert {line.kind for line in article.left_out} == {"kutipan surat lain"}
    assert any("Panen Selasa?" in line.text for line in article.left_out)


def test_answers_between_quoted_lines_are_the_senders() -> None:
    (article,) = mail("> Kapan panen?\n\nSenin.\n\n> Siapa yang bilang?\n\nBudi Hartono.\n")
    assert isinstance(article, RawArticle)
    assert article.text.split() == ["Senin.", "Budi", "Hartono."]
    assert [line.text for line in article.left_out] == ["> Kapan panen?", "> Siapa yang bilang?"]


@pytest.mark.parametrize("body", ["Dari: Rembang ke Lasem\nJalan rusak.", "Pada 2024 ia menulis: panen gagal.\nUsai."])
def test_lines_that_only_look_like_a_mails_head_stay(body: str) -> None:
    (article,) = mail(body)
    assert isinstance(article, RawArticle)
    assert (article.text.split(), article.left_out) == (body.split(), ())


def test_a_forwarded_mail_is_an_article_of_its_own_sender() -> None:
    own, other = mail(
        "Mohon dimuat.\n\n---------- Forwarded message ---------\nDari: Humas Desa <humas@desa.example>\n"
        "Date: Wed, 17 Nov 2021 23:30:00 +0700\nSubject: Panen raya\nTo: Rina\n\nPanen raya dibuka Camat.\n"
    )
    assert isinstance(own, RawArticle) and isinstance(other, RawArticle)
    assert (own.text.strip(), own.author) == ("Mohon dimuat.", "Rina")
    assert (other.text.strip(), other.author, other.title) == ("Panen raya dibuka Camat.", "Humas Desa", "Panen raya")
    assert (other.date, other.place) == ("2021-11-17T23:30:00+07:00", "terusan")


def test_attachments_are_articles_in_their_own_place_and_the_others_are_named() -> None:
    found = mail(OWN, rilis__docx=docx(), foto__jpg=b"x", data__bin=b"\0\1", arsip__zip=zipped({"b.txt": b"Isi."}))
    own, release, packed, told = found
    assert isinstance(own, RawArticle) and isinstance(release, RawArticle) and isinstance(packed, RawArticle)
    assert (own.text.strip(), own.place) == (OWN, None)
    assert (release.text, release.place) == (f"{TITLE}\n{TEXT}", "rilis.docx")
    assert (packed.text, packed.place) == ("Isi.", "arsip.zip:b.txt")
    assert told == BadRecord("2 lampiran tidak dibaca: foto.jpg, data.bin", skipped=True)


def test_a_mail_from_an_archive_opens_no_archive_itself() -> None:
    message = EmailMessage()
    message.set_content(OWN)
    message.add_attachment(zipped({"b.txt": b"Isi."}), maintype="application", subtype="zip", filename="arsip.zip")
    own, told = found_in("a.zip", zipped({"surat.eml": bytes(message)}))
    assert isinstance(own, RawArticle)
    assert told == BadRecord("1 lampiran tidak dibaca: arsip.zip", place="surat.eml", skipped=True)


def test_a_mail_attached_to_a_mail_is_read_down_to_a_depth() -> None:
    message = EmailMessage()
    message.set_content("Paling dalam.")
    for level in range(6):
        outer = EmailMessage()
        outer.set_content(f"Luar {level}.")
        outer.add_attachment(message)
        message = outer
    found = found_in("a.eml", bytes(message))
    texts = [one.text.strip() for one in found if isinstance(one, RawArticle)]
    assert texts == ["Luar 5.", "Luar 4.", "Luar 3.", "Luar 2.", "Luar 1."]
    assert [one.reason for one in found if isinstance(one, BadRecord)] == ["1 lampiran tidak dibaca: surat.eml"]


def test_a_mail_of_outlook_with_reply_and_attachment() -> None:
    body = f"{OWN}\r\n\r\nFrom: Redaksi\r\nSent: Selasa\r\nTo: Rina\r\nSubject: Panen\r\n\r\nPanen Selasa?"
    own, release = found_in("a.msg", msg(body, {"rilis.txt": b"Lampiran: 240 pedagang."}))
    assert isinstance(own, RawArticle) and isinstance(release, RawArticle)
    assert (own.text.strip(), own.author, own.title, own.date) == (
        OWN,
        "Tono Contoh",
        TITLE,
        "2021-11-17T23:30:00+07:00",
    )
    assert own.left_out[-1].text == "Panen Selasa?"
    assert (release.text, release.place) == ("Lampiran: 240 pedagang.", "rilis.txt")
    assert LINES[0] in str(found_in("a.msg", msg()))
