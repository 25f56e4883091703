"""How well scanned pages are read: pages of known text, rendered as a scanner gives them, read as ``tanya index`` does.

    python scripts/bench/ocr.py [--pages 30] [--dpi 200] [--seed 1]

The text is that of ``articles/``. Half of the pages are clean; the others are turned by a degree, grey and noisy. Each
page is a PDF of one picture and is read in the limited process. Word errors are insertions, deletions and
replacements over the words that are printed, case and marks aside.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parents[2]))

from index.articles import RawArticle
from index.pipeline.reading import Read, Reading
from index.readers.files import read

ROOT = Path(__file__).parents[2]
WIDTH, HEIGHT = 595, 842
LINES = 46


def words_of(text: str) -> list[str]:
    """Return the words that are compared."""
    return re.findall(r"[^\W_]+", text.lower())


def printed_texts(count: int) -> list[list[str]]:
    """Return the lines of so many pages."""
    from reportlab.lib.utils import simpleSplit

    texts = []
    for path in sorted((ROOT / "articles").rglob("*.*")):
        with path.open("rb") as stream:
            texts += [found.text for found in read(path.name, stream) if isinstance(found, RawArticle)]
    lines = [line for text in texts for part in text.split("\n") for line in simpleSplit(part, "Times-Roman", 11, 460)]
    while len(lines) < count * LINES:
        lines += lines[7:]
    return [lines[page * LINES : (page + 1) * LINES] for page in range(count)]


def scanned(lines: list[str], dpi: int, chance: random.Random, *, noisy: bool) -> bytes:
    """Return a page as a PDF of one picture."""
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageFilter
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    sheet = io.BytesIO()
    canvas = Canvas(sheet, pagesize=(WIDTH, HEIGHT))
    canvas.setFont("Times-Roman", 11)
    for number, line in enumerate(lines):
        canvas.drawString(60, 780 - 15.5 * number, line)
    canvas.save()
    with closing(pypdfium2.PdfDocument(sheet.getvalue())) as document:
        picture = document[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    if noisy:
        picture = picture.rotate(chance.uniform(-1, 1), fillcolor=255, resample=Image.Resampling.BICUBIC)
        picture = picture.filter(ImageFilter.GaussianBlur(0.7))
        dots = np.asarray(picture, dtype=np.float32) * 0.85 + 20
        noise = np.random.default_rng(chance.randrange(10**6)).normal(0, 18, dots.shape)
        picture = Image.fromarray(np.clip(dots + noise, 0, 255).astype(np.uint8))
    saved = io.BytesIO()
    canvas = Canvas(saved, pagesize=(WIDTH, HEIGHT))
    canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)
    canvas.save()
    return saved.getvalue()


def main() -> None:
    """Print what was read of how many words, how quickly and in how much memory."""
    import resource

    from rapidfuzz.distance import Levenshtein

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--dpi", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    errors: dict[bool, int] = {False: 0, True: 0}
    words: dict[bool, int] = {False: 0, True: 0}
    seconds: dict[bool, list[float]] = {False: [], True: []}
    sure: dict[bool, list[int]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as folder, closing(Reading()) as reading:
        for number, lines in enumerate(printed_texts(chosen.pages)):
            noisy = number % 2 == 1
            path = Path(folder) / f"{number}.pdf"
            path.write_bytes(scanned(lines, chosen.dpi, chance, noisy=noisy))
            began = time.perf_counter()
            found = list(reading.articles(path, with_lines=True))
            seconds[noisy].append(time.perf_counter() - began)
            read_pages = [one for one in found if isinstance(one, Read)]
            if not read_pages:
                sys.exit(f"page {number} was not read: {found}")
            # Headline and dateline go into fields of their own; what is printed is what is compared.
            text = "\n".join(line.text for one in read_pages for line in one.lines)
            printed = words_of(" ".join(lines))
            errors[noisy] += Levenshtein.distance(printed, words_of(text))
            words[noisy] += len(printed)
            sure[noisy].append(read_pages[0].article.ocr_confidence or 0)
    for noisy, name in ((False, "clean"), (True, "noisy")):
        if seconds[noisy]:
            print(
                f"{name}: {len(seconds[noisy])} pages, {words[noisy]} words, "
                f"word error {errors[noisy] / words[noisy]:.2%}, "
                f"{mean(seconds[noisy]):.1f} s a page, confidence {min(sure[noisy])} to {max(sure[noisy])}"
            )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"processor time {(used.ru_utime + used.ru_stime) / chosen.pages:.1f} s a page, "
        f"memory of the largest process {used.ru_maxrss // 1024} MiB"
    )


if __name__ == "__main__":
    main()
