"""Whether a page is for everyone: what axe-core finds on it, and what the Tab key reaches."""

import json
import time
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

_PATIENCE_S = 30.0
_BACKGROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
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


# What is focused, be it in a shadow tree: its name as it is read out, and whether one sees that it is focused.
_FOCUSED = """() => {
  let it = document.activeElement;
  while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
  const words = node => { const copy = node.cloneNode(true);
    copy.querySelectorAll('[data-testid=stIconMaterial]').forEach(icon => icon.remove());
    return copy.textContent.trim(); };
  const name = it.getAttribute('aria-label') || [...(it.labels ?? [])].map(words).join(' ') || words(it);
  const look = getComputedStyle(it);
  const seen = !it.matches('a, button, summary') || look.boxShadow !== 'none' || look.outlineStyle !== 'none';
  return [name, seen, it === document.body];
}"""


def focused(page: Page) -> str:
    """The name of what has the focus, "" where nothing has."""
    name, _, is_body = page.evaluate(_FOCUSED)
    return "" if is_body else str(name)


def tab(page: Page, name: str, *, back: bool = False) -> None:
    """Press Tab until what is named so has the focus; every link and button on the way shows that it has it."""
    passed: list[str] = []
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        found, seen, is_body = page.evaluate(_FOCUSED)
        if is_body:
            continue
        assert seen, f"{found}: nothing shows that it has the focus"
        if found == name:
            return
        passed.append(found)
    raise AssertionError(f"{name} is not reached by Tab; passed: {passed}")


def wait_until(page: Page, expression: str) -> None:
    """Wait until an expression is true on the page.

    subtle: the browser's own waiting evaluates it on the page at each look, which the page's policy refuses from the
    second look on.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(50)


def violations_in_both(page: Page) -> list[str]:
    """As ``violations``, by daylight and in the dark; the page stays as it is."""
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    wait_until(page, f"{_BACKGROUND} === 'rgb(20, 24, 28)'")
    page.wait_for_timeout(300)  # colours fade
    found += [f"dark: {item}" for item in violations(page)]
    page.emulate_media(color_scheme="light")
    wait_until(page, f"{_BACKGROUND} !== 'rgb(20, 24, 28)'")
    page.wait_for_timeout(300)
    return found
