"""The looks that Streamlit's theme does not cover: one calm sheet for light and dark, wide and narrow."""

STYLE = """<style>
:root { color-scheme: light dark; }
.ta-words { white-space: pre-wrap; line-height: 1.6; font-size: 1.05rem; overflow-wrap: anywhere; }
.ta-asked { font-size: 1.2rem; font-weight: 600; line-height: 1.4; margin-top: .6rem; overflow-wrap: anywhere; }
.ta-source { border-left: 3px solid #5f8fa3; padding: .15rem 0 .15rem .8rem; scroll-margin-top: 6rem; }
.ta-source:target { border-left-color: #0b5c7a; }
.ta-heading { font-weight: 600; overflow-wrap: anywhere; }
.ta-meta, .ta-note { font-size: .9rem; opacity: .85; overflow-wrap: anywhere; }
.ta-note { border-left: 3px solid #b58900; padding-left: .6rem; margin: .3rem 0; }
.ta-passage-words { line-height: 1.55; overflow-wrap: anywhere; }
.ta-passage { background: #fff4c2; color: #1b1b1b; }
.ta-proof { background: #ffd84d; color: #1b1b1b; }
.ta-article { white-space: pre-wrap; line-height: 1.65; overflow-wrap: anywhere; }
.ta-left-out { opacity: .8; text-decoration: line-through; }
.ta-kind { font-size: .8rem; border: 1px solid currentColor; border-radius: .4rem; padding: 0 .35rem; }
.ta-table { border-collapse: collapse; width: 100%; font-size: .95rem; }
.ta-table th, .ta-table td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0;
  border-bottom: 1px solid rgb(128 128 128 / .35); overflow-wrap: anywhere; }
.ta-table th { overflow-wrap: normal; min-width: 6rem; }
.ta-log { font-size: .8rem; line-height: 1.4; max-height: 20rem; overflow: auto; white-space: pre; }
.ta-ins { background: #d7f0dc; color: #123d1d; text-decoration: none; border-radius: .2rem; padding: 0 .1rem; }
.ta-del { background: #fbdcd7; color: #6b150b; border-radius: .2rem; padding: 0 .1rem; }
.ta-verdict { display: inline-block; font-weight: 700; border-radius: .5rem; padding: .25rem .7rem; }
.ta-good { background: #d7f0dc; color: #123d1d; }
.ta-warn { background: #fdf0c8; color: #4d3800; }
.ta-bad { background: #fbdcd7; color: #6b150b; }
.ta-two { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.ta-time { list-style: none; margin: .3rem 0 0 .4rem; padding: 0; border-left: 2px solid #5f8fa3; }
.ta-time li { padding: .2rem 0 .5rem .9rem; position: relative; }
.ta-time li::before { content: ""; position: absolute; left: -.36rem; top: .6rem; width: .6rem; height: .6rem;
  border-radius: 50%; background: #5f8fa3; }
[data-testid="stMainBlockContainer"] { padding-top: 4.2rem; max-width: 56rem; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.7rem !important; }
  .ta-two { grid-template-columns: 1fr; }
}
@media (prefers-reduced-motion: reduce) { * { scroll-behavior: auto !important; animation: none !important; } }
</style>"""
# Our own constant; nothing from an article is ever part of a script.
SCROLL_TO_PASSAGE = """<script>
const place = document.querySelector('#ta-bagian .ta-proof') || document.getElementById('ta-bagian');
place?.scrollIntoView({block: 'center'});
</script>"""
