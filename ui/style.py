"""The looks that Streamlit's theme does not cover: one calm sheet for light and dark, wide and narrow."""

STYLE = """<style>
:root { color-scheme: light dark; --ta-link: #0b5c7a; }
@media (prefers-color-scheme: dark) { :root { --ta-link: #8ccbe3; } }
.ta-words { white-space: pre-wrap; line-height: 1.6; font-size: 1.05rem; overflow-wrap: anywhere; }
.ta-asked { font-size: 1.2rem !important; font-weight: 600 !important; line-height: 1.4; margin: .6rem 0 0 !important;
  padding: 0 !important; overflow-wrap: anywhere; scroll-margin-top: 5rem; }
.ta-source { border-left: 3px solid #5f8fa3; padding: .15rem 0 .15rem .8rem; scroll-margin-top: 6rem; }
.ta-source:target { border-left-color: #0b5c7a; }
.ta-heading { font-weight: 600; overflow-wrap: anywhere; }
.ta-meta, .ta-note { font-size: .9rem; opacity: .85; overflow-wrap: anywhere; }
.ta-note { border-left: 3px solid #b58900; padding-left: .6rem; margin: .3rem 0; }
.ta-passage-words { line-height: 1.55; overflow-wrap: anywhere; }
.ta-passage { background: #fff4c2; color: #1b1b1b; }
.ta-proof { background: #ffd84d; color: #1b1b1b; }
.ta-article { white-space: pre-wrap; line-height: 1.65; overflow-wrap: anywhere; }
.ta-page { overflow: auto; max-height: 82vh; border: 1px solid rgb(128 128 128 / .45); border-radius: .3rem;
  background: #fff; }
.ta-page > div { position: relative; min-width: 38rem; }
.ta-page img { display: block; width: 100%; height: auto; }
.ta-page mark { position: absolute; background: #ffd84d; mix-blend-mode: multiply; box-shadow: 0 0 0 2px #ffd84d;
  border-radius: 1px; color: transparent; overflow: hidden; }
.ta-left-out { opacity: .8; text-decoration: line-through; }
.ta-kind { font-size: .8rem; border: 1px solid currentColor; border-radius: .4rem; padding: 0 .35rem; }
.ta-table { border-collapse: collapse; width: 100%; font-size: .95rem; }
.ta-table th, .ta-table td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0;
  border-bottom: 1px solid rgb(128 128 128 / .35); overflow-wrap: anywhere; }
.ta-table th { overflow-wrap: normal; min-width: 6rem; }
[data-testid="stSidebar"] [data-testid="stButton"] button[kind="tertiary"] { justify-content: flex-start;
  text-align: left; }
[data-testid="stSidebar"] [data-testid="stButton"] button[kind="tertiary"] > div { justify-content: flex-start; }
[data-testid="stSidebar"] button[kind="tertiary"] p { overflow-wrap: anywhere; white-space: normal; text-align: left; }
[data-testid="stExpandSidebarButton"] { width: auto !important; padding: 0 .5rem; }
[data-testid="stExpandSidebarButton"]::after { content: "Menu"; content: "Menu" / ""; margin-left: .3rem; }
@media (prefers-color-scheme: dark) { [data-tag], [data-tag] *, [data-testid="stBaseButton-primary"],
  [data-testid="stBaseButton-primary"] * { color: #0e1a20 !important; } }
.ta-below { margin: -.2rem 0 .2rem; }
.ta-name { min-width: 3.5rem; }
[data-testid="stTextInput"] [data-testid="InputInstructions"] { display: none; }
/* Streamlit takes the browser's own sign of focus from these and puts none in its place. */
.stApp :is(a, [data-testid="stFileUploader"] button, [role="dialog"] button):focus-visible {
  outline: 3px solid #5f8fa3 !important; outline-offset: 1px; border-radius: .3rem; }
[data-testid="stMain"] [data-testid="stPageLink"] a { padding: .1rem 0; min-height: 24px; background: none !important; }
[data-testid="stMain"] [data-testid="stPageLink"] p { font-weight: 600; color: var(--ta-link);
  text-decoration: underline; text-underline-offset: .2em; white-space: normal; overflow-wrap: anywhere; }
.ta-legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none !important; margin: 0 !important;
  padding: 0 !important; font-size: .9rem; }
.ta-legend li { margin: 0 !important; padding: 0 !important; overflow-wrap: anywhere; }
.ta-legend span { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin-right: .4rem; }
.ta-log { font-size: .8rem; line-height: 1.4; max-height: 20rem; overflow: auto; white-space: pre; }
.ta-wrong, .ta-right, .ta-other { border-radius: .2rem; padding: 0 .15rem; text-underline-offset: .18em; }
.ta-wrong { background: #fbdcd7; color: #6b150b; font-weight: 600; text-decoration: underline wavy #a13b2e; }
.ta-right { background: #d7f0dc; color: #123d1d; font-weight: 600; text-decoration: underline #1b5e2b; }
.ta-other { text-decoration: underline dotted; }
.ta-wrong::before { content: "✗\u00a0"; content: "✗\u00a0" / "tidak sesuai arsip: "; }
.ta-right::before { content: "✓\u00a0"; content: "✓\u00a0" / "yang ada di arsip: "; }
.ta-badges { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; }
.ta-verdict { display: inline-block; font-weight: 700; border-radius: .5rem; padding: .25rem .7rem; }
.ta-good { background: #d7f0dc; color: #123d1d; }
.ta-warn { background: #fdf0c8; color: #4d3800; }
.ta-bad { background: #fbdcd7; color: #6b150b; }
.ta-section { font-size: 1.2rem !important; font-weight: 600; padding: 0 !important; margin: .4rem 0 0 !important; }
.ta-card { font-size: 1rem !important; font-weight: 600; padding: 0 !important; margin: 0 !important;
  scroll-margin-top: 5rem; overflow-wrap: anywhere; }
.ta-card:focus { outline: 3px solid #5f8fa3; outline-offset: .3rem; border-radius: .2rem; }
.ta-jump { margin: .2rem 0 0 !important; padding: 0 !important; list-style: none !important; font-weight: 400; }
.ta-jump li { margin: 0 !important; padding: 0 !important; }
.ta-jump a { display: inline-block; padding: .25rem 0; min-height: 24px; overflow-wrap: anywhere; }
.ta-jump a, .ta-top { color: inherit !important; text-decoration: underline !important; }
.ta-draft + .ta-meta { margin-top: .4rem; }
.ta-top { font-size: .9rem; display: inline-block; padding: .2rem 0; }
.ta-draft { white-space: pre-wrap; line-height: 1.75; overflow-wrap: anywhere; max-height: 26rem; overflow-y: auto;
  border: 1px solid rgb(128 128 128 / .45); border-radius: .5rem; padding: .7rem .9rem; position: relative; }
.ta-draft a { color: inherit !important; border-radius: .2rem; padding: .05rem .1rem; }
.ta-quote-good, .ta-quote-warn, .ta-quote-bad { text-decoration-thickness: .1em; text-underline-offset: .22em;
  text-decoration-skip-ink: none; }
.ta-quote-good { text-decoration: underline solid #2e8b4a !important; background: rgb(46 139 74 / .14); }
.ta-quote-warn { text-decoration: underline dashed #b58900 !important; background: rgb(181 137 0 / .2); }
.ta-quote-bad { text-decoration: underline wavy #c8402c !important; background: rgb(200 64 44 / .18); }
.ta-number { display: inline-block; font-size: .78rem; font-weight: 700; border: 1px solid currentColor;
  line-height: 1.3; border-radius: .6rem; padding: 0 .35rem; margin-left: .25rem; white-space: nowrap;
  user-select: none; }
.ta-unsaid { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; user-select: none; }
.ta-said { font-size: .9rem; margin-top: .2rem; }
.ta-pieces { display: grid; gap: .8rem; }
.ta-two { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.ta-time { list-style: none !important; margin: .3rem 0 0 .4rem !important; padding: 0 !important;
  border-left: 2px solid #5f8fa3; }
.ta-time li { padding: .2rem 0 .5rem .9rem !important; margin: 0 !important; position: relative; }
.ta-time li::before { content: ""; position: absolute; left: -.36rem; top: .6rem; width: .6rem; height: .6rem;
  border-radius: 50%; background: #5f8fa3; }
[data-testid="stMainBlockContainer"] { padding-top: 4.2rem; max-width: 56rem; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.7rem !important; }
  .ta-two { grid-template-columns: 1fr; }
  [data-testid="stButtonGroup"] button { padding-left: .5rem; padding-right: .5rem; }
}
@media (prefers-reduced-motion: reduce) { * { scroll-behavior: auto !important; animation: none !important; } }
</style>"""
# Our own constants; nothing from an article is ever part of a script.
SCROLL_TO_PASSAGE = """<script>{
const place = document.querySelector('#ta-bagian .ta-proof') || document.getElementById('ta-bagian');
place?.scrollIntoView({block: 'center', inline: 'nearest'});
}</script>"""
SCROLL_TO_ANSWER = """<script>
document.getElementById('ta-jawaban')?.scrollIntoView({block: 'start'});
</script>"""
