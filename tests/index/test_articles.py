from index.articles import Article


def test_digest_tells_every_content_field_apart_but_not_the_place() -> None:
    article = Article(id="a", path="p", text="Isi.")
    assert Article(id="b", path="q", text="Isi.").sha256 == article.sha256
    changed = [
        Article(id="a", path="p", text="Isi.", **{name: "x"})  # type: ignore[arg-type]
        for name in ("title", "date", "date_rule", "publisher", "author", "url")
    ]
    assert len({article.sha256, Article(id="a", path="p", text="Isi").sha256, *(a.sha256 for a in changed)}) == 8
