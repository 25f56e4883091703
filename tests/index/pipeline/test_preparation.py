from index.articles import Article, RawArticle
from index.pipeline.preparation import prepare


def test_headline_and_dateline_leave_the_text_for_the_fields() -> None:
    raw = RawArticle(
        text=(
            "Warga Panen Kopi\n\nSabtu, 10 April 2021 - 13:29 WIB\nloading...\nWarga Panen Kopi\nA A A\n"
            "BAHARI - Warga desa memanen kopi di lereng.\nBaca juga: Harga teh\n"
            "Panen usai Jumat (9/4/2021).\n(wd)\nCopyright © 2024 WartaDesa.com\n"
        )
    )
    assert prepare(raw, id="a", path="/x/a.txt").article == Article(
        id="a",
        path="/x/a.txt",
        text="BAHARI - Warga desa memanen kopi di lereng.\nPanen usai Jumat (9/4/2021).",
        title="Warga Panen Kopi",
        date="2021-04-10",
        date_rule="dateline",
        publisher="WartaDesa",
    )


def test_a_format_with_fields_is_taken_at_its_word() -> None:
    text = "Warga Panen Kopi\nSenin, 29 November 2021\nWD.com – Warga senang."
    article = prepare(RawArticle(text=text, has_fields=True), id="a", path="a.jsonl").article
    assert (article.title, article.date, article.date_rule, article.publisher) == (None, None, None, None)
    assert article.text == text


def test_stated_fields_are_kept_and_tidied() -> None:
    raw = RawArticle(
        text="Isi.",
        title="Warga\u00a0 Panen",
        date="17/11/2021",
        publisher="Warta\u200b Desa",
        author="Redaksi",
        url="https://warta.example/1",
        has_fields=True,
    )
    assert prepare(raw, id="a", path="p").article == Article(
        id="a",
        path="p",
        text="Isi.",
        title="Warga Panen",
        date="2021-11-17",
        date_rule="file",
        publisher="Warta Desa",
        author="Redaksi",
        url="https://warta.example/1",
    )


def test_empty_fields_are_unknown() -> None:
    raw = RawArticle(text="Isi.", title=" ", date="", publisher="", author="", url="", has_fields=True)
    assert prepare(raw, id="a", path="p").article == Article(id="a", path="p", text="Isi.")
