"""``.pptx``: the words of the slides in their order, tables and notes too, as one article.  [only pptx]

The days on which a presentation was made or changed are not its day of publication; they are not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.articles import LeftOut, RawArticle
from index.readers.bounds import Unreadable
from index.readers.office import real_author, real_title, rebuilt

if TYPE_CHECKING:
    from pptx.shapes.base import BaseShape

_NUMBERS = ("SLIDE_NUMBER", "FOOTER", "DATE")  # what the master slide prints on each


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    """Yield the presentation as one article, a line a paragraph."""
    import pptx

    presentation = pptx.Presentation(rebuilt(stream))
    lines: list[str] = []
    left_out: list[LeftOut] = []
    for number, slide in enumerate(presentation.slides, start=1):
        for text, is_printed in _lines_of(slide.shapes):
            if is_printed:
                left_out.append(LeftOut(len(lines), text, "kaki salindia"))
            else:
                lines.append(text)
        notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        if notes is not None and notes.text.strip():
            lines += [f"Catatan salindia {number}: {' '.join(notes.text.split())}"]
    if not lines:
        raise Unreadable("presentasi ini tidak berisi teks", skipped=True)
    text, properties = "\n".join(lines), presentation.core_properties
    yield RawArticle(
        text=text,
        title=real_title(properties.title, text),
        author=real_author(properties.author),
        left_out=tuple(left_out),
    )


def _lines_of(shapes: Iterable[BaseShape]) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether the slide's master prints it."""
    for shape in shapes:
        inner = getattr(shape, "shapes", None)
        if inner is not None:
            yield from _lines_of(inner)
        elif getattr(shape, "has_table", False):
            for row in shape.table.rows:  # type: ignore[attr-defined]
                cells = [" ".join(cell.text.split()) for cell in row.cells]
                if any(cells):
                    yield "\t".join(filter(None, cells)), False
        elif shape.has_text_frame:
            printed = shape.is_placeholder and shape.placeholder_format.type.name in _NUMBERS
            for paragraph in shape.text_frame.paragraphs:  # type: ignore[attr-defined]
                for line in paragraph.text.split("\v"):
                    if line.strip():
                        yield line.strip(), printed
