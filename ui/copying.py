"""A button that copies the address of what is on the page. The address comes as data and is never markup."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

import streamlit as st

# Defines ``copyText(text, near)``: whether the text lies on the clipboard now. ``near`` is where a helper may stand.
COPY_JS = """
const copyText = async (text, near) => {
  try { await navigator.clipboard.writeText(text); return true; } catch (refused) {
    const area = document.createElement('textarea');  // without HTTPS the clipboard is only reached this way
    area.value = text;
    near.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
};
"""
BUTTON_CSS = """
button { font: inherit; cursor: pointer; }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; border-radius: .3rem; }
.copy { color: var(--st-text-color); background: none; border: 1px solid var(--st-border-color, #7d8a92);
  border-radius: .5rem; padding: .25rem .75rem; min-height: 2.5rem; font-family: var(--st-font); font-size: .875rem;
  white-space: nowrap; }
.copy:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.told { font-family: var(--st-font); color: var(--st-text-color); font-size: .9rem; }
"""
_JS = (
    COPY_JS
    + """
export default function ({ data, parentElement }) {
  parentElement.querySelector('.all')?.remove();
  const all = document.createElement('div'), button = document.createElement('button');
  const told = document.createElement('span');
  all.className = 'all';
  button.className = 'copy';
  button.type = 'button';
  button.textContent = data.label;
  told.className = 'told';
  told.setAttribute('role', 'status');
  button.onclick = async () => {
    const text = data.text ?? new URL(data.address, window.location.origin).href;
    told.textContent = await copyText(text, all) ? ' Tersalin.' : ' ' + text;
  };
  all.append(button, told);
  parentElement.append(all);
}
"""
)


def address(page: str, values: Mapping[str, object]) -> str:
    """Return the address of a page as this server knows it, from its root.

    >>> address("cari", {"q": "harga beras", "hal": 2})
    '/cari?q=harga+beras&hal=2'
    """
    query = urlencode({name: value for name, value in values.items() if value not in (None, "")})
    return f"/{page}{f'?{query}' if query else ''}"


def copy_link(to: str, key: str, label: str = "Salin tautan") -> None:
    """Draw a button that copies an address, with the name of this server before it."""
    _component()(data={"address": to, "label": label}, key=key, width="content")


def copy_text(text: str, key: str, label: str = "Salin") -> None:
    """Draw a button that copies a text."""
    _component()(data={"text": text, "label": label}, key=key, width="content")


@cache
def _component() -> Any:
    return st.components.v2.component("tanya_tautan", html="", css=BUTTON_CSS, js=_JS)
