"""How often are date and outlet found in the bare text right? Prints a table a field for articles that state both.

    python scripts/bench/metadata.py .../news/articles.jsonl [--show date|publisher] [--rule event]

Each article's stated date and outlet are taken away and looked for in its text. A report appears on the day of its
event or soon after, so a day's difference is the best an event can give. ``--show`` prints what was found wrong.
"""

import argparse
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

from index.articles import RawArticle
from index.cleaning.page_lines import tidy
from index.metadata.outlets import find_publisher
from index.metadata.publication_date import certainty, find_date

BARE = RawArticle(text="")
COLUMNS = ("same day", "1 day", "2-3 days", "4-30 days", "further", "all")


def main() -> None:
    """Measure the finders of a date and of an outlet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--show", choices=["date", "publisher"])
    parser.add_argument("--rule", help="with --show date: only what this rule found")
    options = parser.parse_args()
    dates: Counter[tuple[str, str]] = Counter()
    outlets: Counter[tuple[str, str]] = Counter()
    for line in options.articles.read_text("utf-8").splitlines():
        article = json.loads(line)
        text = tidy(article["text"])
        iso, rule = find_date(BARE, text)
        if article["date"]:
            off = _column(iso, article["date"]) if iso else "all"
            dates.update({(rule or "none", off), (rule or "none", "all")})
            if options.show == "date" and off in ("4-30 days", "further") and options.rule in (None, rule):
                print(f"{rule}: found {iso}, stated {article['date']}, {article['id']}")
        outlet = find_publisher(BARE, text)
        verdict = "none" if outlet is None else "right" if _agree(outlet, article["source"]) else "wrong"
        outlets[article["source"], verdict] += 1
        if options.show == "publisher" and verdict == "wrong":
            print(f"found {outlet}, stated {article['source']}, {article['id']}")
    print(f"{'date rule':16}{'certainty':11}" + "".join(f"{name:>10}" for name in COLUMNS))
    for rule in sorted({rule for rule, _ in dates}):
        figures = "".join(f"{dates[rule, name]:10}" for name in COLUMNS)
        print(f"{rule:16}{certainty(rule) or '-':11}{figures}")
    print(f"\n{'outlet':27}{'right':>10}{'wrong':>10}{'none':>10}")
    for source in [*sorted({source for source, _ in outlets}), "all"]:
        chosen = [sum(n for key, n in outlets.items() if key[1] == verdict and source in (key[0], "all"))
                  for verdict in ("right", "wrong", "none")]  # fmt: skip
        print(f"{source:27}" + "".join(f"{n:10}" for n in chosen))


def _column(found: str, stated: str) -> str:
    days = abs((date.fromisoformat(found) - date.fromisoformat(stated)).days)
    return COLUMNS[0 if days == 0 else 1 if days == 1 else 2 if days < 4 else 3 if days < 31 else 4]


def _agree(found: str, stated: str) -> bool:
    """Tell whether two names are one outlet: "JUARA.NET" and "juara.net", "Pos Kota" and "poskotanews"."""
    one, other = (re.sub(r"\W|news$", "", re.sub(r"\.(?:com|net|id)$", "", name.lower())) for name in (found, stated))
    return one.startswith(other) or other.startswith(one)


if __name__ == "__main__":
    main()
