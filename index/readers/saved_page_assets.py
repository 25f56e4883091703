"""A browser saves "page.html" with a folder "page_files" of scripts and frames: that holds no articles."""

from __future__ import annotations

from pathlib import Path

# What Chrome and Firefox call the folder in English and in Indonesian.
_FOLDER_ENDS = ("_files", "_berkas")
_PAGE_SUFFIXES = (".html", ".htm", ".xhtml")


def is_page_furniture(path: Path) -> bool:
    """Tell whether a file lies in the folder that was saved with a page: ``X_files`` beside ``X.html``.

    >>> is_page_furniture(Path("tak-ada/panen_files/iklan.html"))
    False
    """
    return any(page.is_file() for page in pages_over(path))


def pages_over(path: Path) -> list[Path]:
    """Return the pages that a file would belong to, were they there.

    >>> [page.as_posix() for page in pages_over(Path("a/panen_files/x/iklan.js"))]
    ['a/panen.html', 'a/panen.htm', 'a/panen.xhtml']
    """
    pages = []
    for folder in path.parents:
        stem = next((folder.name.removesuffix(end) for end in _FOLDER_ENDS if folder.name.endswith(end)), "")
        if stem:
            pages += [folder.with_name(stem + suffix) for suffix in _PAGE_SUFFIXES]
    return pages
