"""Whether a page is for everyone: what axe-core finds on it, and what the Tab key reaches."""

import json
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with where it is."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    run = f"axe.run(document, {{runOnly: {{type: 'tag', values: {json.dumps(RULES)}}}}})"
    found: dict[str, Any] = page.evaluate(run)
    assert len(found["passes"]) > 5  # it has looked
    return [
        f"{item['id']} ({item['impact']}): {node['target']} {node['html'][:160]}"
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what is focused, be it in a shadow tree, has this test id or class."""
    focused = """() => { let it = document.activeElement;
      while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
      return (it?.getAttribute('data-testid') ?? '') + ' ' + (it?.className ?? ''); }"""
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted in page.evaluate(focused).split():
            return
    raise AssertionError(f"{wanted} is not reached by Tab")
