"""The keys of the page: a script for where the focus is.

The box of a page has the focus when the page opens, "/" leads back to it, Ctrl+Enter sends it, and what had the focus
before a dialog has it again when the dialog is shut. On a phone nothing takes the focus: its keyboard would rise. Enter
sends a form also while its button is still being drawn: Streamlit lets it pass unheard then, and on a slow machine
whoever types at once would wait for nothing.
"""

from __future__ import annotations

KEYS = """<script>(() => {
const BOX = '[data-testid=stChatInputTextArea], [data-testid=stForm] :is(input[type=text], textarea)';
const SENDS = '[data-testid=stFormSubmitButton] button:not([disabled])';
const SETTLE_MS = [200, 600, 1200, 2500, 5000, 9000], LOOK_MS = 100, LOOKS = 100;
const deep = () => {
  let it = document.activeElement;
  while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
  return it;
};
const writes = it => it?.matches?.('input:not([type=radio], [type=checkbox]), textarea, select');
let page = null, isNew = true, visits = 0, before = null, root = null, name = '';
const box = () => [...document.querySelectorAll(BOX)].find(one => one.offsetParent);
const called = it => it.getAttribute('aria-label') || it.textContent;
addEventListener('pointerdown', () => { isNew = false; visits += 1; }, true);
addEventListener('keydown', event => {
  isNew = false;
  visits += 1;
  if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !writes(deep()) && box()) {
    event.preventDefault();
    box().focus();
  }
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && deep()?.matches('[data-testid=stChatInputTextArea]'))
    document.querySelector('[data-testid=stChatInputSubmitButton]')?.click();
}, true);
addEventListener('keydown', event => {
  const it = deep(), form = it?.closest?.('[data-testid=stForm]');
  const sends = it?.matches('textarea') ? event.ctrlKey || event.metaKey : it?.matches('input[type=text]:not([role])');
  if (event.key !== 'Enter' || event.isComposing || !form || !sends) return;
  event.preventDefault();
  event.stopPropagation();
  const text = it.value;
  let looks = LOOKS;
  const send = () => {
    const button = form.querySelector(SENDS);
    if (it.value !== text || !it.isConnected) return;
    if (button) button.click();
    else if (--looks) setTimeout(send, LOOK_MS);
  };
  send();
}, true);
addEventListener('focusin', () => {
  const it = deep();
  if (it && it !== document.body && !it.closest('[role=dialog]') && !document.querySelector('[role=dialog]')) {
    before = it; root = it.getRootNode(); name = called(it);
  }
}, true);
const back = () => {
  if (deep() !== document.body && deep()?.isConnected) return;
  const live = root instanceof ShadowRoot && !root.host.isConnected ? document : root ?? document;
  const target = before?.isConnected ? before : [...live.querySelectorAll('button, a, input')].find(
    one => called(one) === name);
  target?.focus({preventScroll: true});
};
new MutationObserver(all => {
  if (location.pathname !== page) { page = location.pathname; isNew = true; }
  const gone = all.some(one => [...one.removedNodes].some(
    node => node.nodeType === 1 && (node.matches('[role=dialog]') || node.querySelector('[role=dialog]'))));
  if (gone && !document.querySelector('[role=dialog]')) [50, 300, 900].forEach(ms => setTimeout(back, ms));
  if (isNew && matchMedia('(pointer: fine)').matches && box()) {
    isNew = false;
    const visit = ++visits;  // the boxes of a page come one by one, and those of the page before may still stand there
    for (const ms of SETTLE_MS) setTimeout(() => {
      if (visit === visits && (deep() === document.body || deep()?.matches('a'))) box()?.focus({preventScroll: true});
    }, ms);
  }
}).observe(document, {subtree: true, childList: true});
})()</script>"""
