"""A checked answer in the browser: each number shows its sentence on hover or focus and opens its article on click.

The script is our own constant. What articles and the model wrote reaches it as data and the page as text
(``textContent``), never as markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from rag.answering.answer import Answer, Source
from rag.answering.grounding import proof_span
from rag.serving.export import with_citations
from ui import render
from ui.copying import BUTTON_CSS, COPY_JS

_CSS = """
.words { line-height: 1.65; font-size: 1.05rem; white-space: pre-wrap; overflow-wrap: anywhere;
  font-family: var(--st-font); color: var(--st-text-color); }
.asked { font-weight: 600; margin-top: .6rem; }
.mark { position: relative; display: inline-block; }
.end { white-space: nowrap; }
.mark button { font-weight: 600; border: 0; background: none; color: var(--st-link-color); min-width: 24px;
  min-height: 24px; padding: 0 .15em; }
.tip { display: none; box-sizing: border-box; position: absolute; z-index: 20; left: 0; top: 1.7em;
  width: min(24rem, 78vw); padding: .6rem .8rem;
  background: var(--st-secondary-background-color); color: var(--st-text-color); border: 1px solid #7d8a92;
  border-radius: .5rem; font-size: .92rem; line-height: 1.45; box-shadow: 0 4px 16px rgb(0 0 0 / .25);
  white-space: normal; text-align: left; }
.tip small { display: block; margin-top: .3rem; opacity: .9; }
.mark:hover .tip, .mark:focus-within .tip { display: block; }
.mark.shut .tip { display: none; }
.copy { margin-top: .5rem; }
"""
_JS = """
const node = (kind, name, text) => {
  const made = document.createElement(kind);
  made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
};
export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.querySelector('.all')?.remove();
  const all = node('div', 'all');
  const words = node('div', 'words');
  data.sentences.forEach((sentence, at) => {
    if (sentence.heading) words.append(node('div', 'asked', sentence.heading));
    const said = node('span', 'said'), last = node('span', 'end');  // a number is never alone on a line
    const cut = sentence.text.lastIndexOf(' ') + 1;
    last.append(sentence.text.slice(cut));
    said.append(sentence.text.slice(0, cut), last);
    words.append(said);
    sentence.marks.forEach((mark, place) => {
      const holder = node('span', 'mark');
      const button = node('button', 'ta-cite', '[' + mark.n + ']');
      const tip = node('span', 'tip', mark.quote);
      button.type = 'button';
      button.setAttribute('aria-label', 'Sumber ' + mark.n + ': ' + mark.from + '. Buka artikel');
      tip.id = 'kutip-' + at + '-' + place;
      tip.setAttribute('role', 'tooltip');
      tip.append(node('small', '', mark.from));
      button.setAttribute('aria-describedby', tip.id);
      button.onclick = () => setTriggerValue('opened', { n: mark.n, sentence: at });
      button.onkeydown = (event) => { if (event.key === 'Escape') holder.classList.add('shut'); };
      button.onblur = () => holder.classList.remove('shut');
      button.onmouseenter = () => {  // the tip stays inside the window
        const left = holder.getBoundingClientRect().left;
        const width = Math.min(384, window.innerWidth * 0.78);
        tip.style.left = Math.min(0, window.innerWidth - 16 - width - left) + 'px';
      };
      button.onfocus = button.onmouseenter;
      holder.append(button, tip);
      last.append('\u00a0', holder);
    });
    words.append(' ');
  });
  const copy = node('button', 'copy', 'Salin dengan sumber');
  copy.type = 'button';
  const told = node('span', 'told', '');
  told.setAttribute('role', 'status');
  copy.onclick = async () => {
    told.textContent = await copyText(data.copy, all) ? ' Tersalin.' : ' Tidak dapat menyalin; pilih teksnya.';
  };
  all.append(words, copy, told);
  parentElement.append(all);
}
"""


def cited(answer: Answer, key: str, addresses: Mapping[str, str]) -> tuple[Source, str] | None:
    """Draw an answer; return the source and the sentence whose number was clicked just now, else None.

    ``addresses`` are those of the originals, by article, for whoever copies the answer.
    """
    by_number = {source.n: source for source in answer.sources}
    sentences = [
        {
            "text": sentence.text,
            "heading": sentence.heading,
            "marks": [_mark(by_number[n], sentence.text) for n in sentence.citations if n in by_number],
        }
        for sentence in answer.sentences
    ]
    data = {"sentences": sentences, "copy": with_citations(answer, addresses)}
    drawn = _component()(data=data, key=key, on_opened_change=lambda: None)
    opened = getattr(drawn, "opened", None)
    if not opened:
        return None
    return by_number[int(opened["n"])], answer.sentences[int(opened["sentence"])].text


def _mark(source: Source, sentence: str) -> dict[str, Any]:
    start, end = proof_span(source.text, sentence)
    parts = (source.title or source.article_id, source.publisher, render.day(source.date) if source.date else None)
    return {"n": source.n, "quote": source.text[start:end], "from": ", ".join(part for part in parts if part)}


@cache
def _component() -> Any:
    return st.components.v2.component("tanya_jawaban", html="", css=BUTTON_CSS + _CSS, js=COPY_JS + _JS)
