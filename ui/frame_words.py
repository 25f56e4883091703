"""Streamlit's few words in Indonesian: a script that puts ours in their place, in texts and in names that are read out.

Streamlit has no setting for them. The browser's language is told to be Indonesian, so that calendars and numbers are.
"""

from __future__ import annotations

import json

GONE = (
    "Tanya Arsip tidak menjawab: programnya berhenti atau komputernya tidak terjangkau. Jalankan lagi (scripts/start "
    "atau tanya ui); halaman ini menyambung sendiri. Artikel dan riwayat Anda tersimpan."
)
# Streamlit's words → ours, as a text of their own or before ": …"; the longer ones only begin one, all of which goes.
WORDS = {
    "Connection error": "Sambungan terputus",
    "Streamlit server is not responding": GONE,
    "Is Streamlit still running?": GONE,
    "Cannot connect to Streamlit": GONE,
    "Connection failed with status": GONE,
    "Connection timed out.": GONE,
    "Connecting to Streamlit server": "Menyambung ke Tanya Arsip",
    "Unable to connect to Streamlit server": "Tidak tersambung ke Tanya Arsip",
    "Connecting": "Menyambung",
    "Please wait...": "Mohon tunggu …",
    "Skip to main content": "Langsung ke isi",
    "App pages": "Halaman",
    "Main menu": "Menu utama",
    "Sidebar": "Bilah samping",
    "Expand sidebar": "Buka menu",
    "Collapse sidebar": "Tutup menu",
    "Link to heading": "Tautan ke judul ini",
    "Send message": "Kirim",
    "Close": "Tutup",
    "Dismiss": "Tutup",
    "Open": "Buka pilihan",
    "Clear value": "Kosongkan",
    "Clear date": "Kosongkan tanggal",
    "Clear dates": "Kosongkan tanggal",
    "Clear entry": "Kosongkan isian",
    "Clear all": "Kosongkan semua",
    "No results": "Tidak ada yang cocok",
    "Choose an option": "Pilih satu",
    "Selected values": "Yang dipilih",
    "Add": "Tambah",
    "Choose date": "Pilih tanggal",
    "Use arrow keys to navigate dates.": "Panah: pindah hari. Enter: pilih. Esc: tutup.",
    "Previous month": "Bulan sebelumnya",
    "Next month": "Bulan berikutnya",
    "Previous": "Sebelumnya",
    "Next": "Berikutnya",
    "Previous page": "Halaman sebelumnya",
    "Next page": "Halaman berikutnya",
    "Press Enter to apply": "Tekan Enter",
    "Press Enter to submit form": "Tekan Enter",
    "Press Ctrl+Enter to apply": "Tekan Ctrl+Enter",
    "Press Ctrl+Enter to submit form": "Tekan Ctrl+Enter",
    "Press ⌘+Enter to apply": "Tekan ⌘+Enter",
    "Press ⌘+Enter to submit form": "Tekan ⌘+Enter",
    "Upload": "Pilih berkas",
    "Upload directories": "Pilih folder",
    "Upload directory": "Pilih folder",
    "file upload": "pilih berkas",
    "Add files": "Tambah berkas",
    "add icon": "tambah",
    "Drag and drop files here": "Seret berkas ke sini",
    "Drag and drop directories here": "Seret folder ke sini",
    "Feedback rating": "Nilai jawaban",
    "Stop script": "Hentikan",
    "Running...": "Berjalan …",
    "Fullscreen": "Layar penuh",
    "Close fullscreen": "Tutup layar penuh",
    "Show data": "Tampilkan angkanya",
    "Show chart": "Tampilkan grafik",
    "Download as CSV": "Unduh CSV",
    "Download as PNG": "Unduh PNG",
    "Copy Vega-Lite spec": "Salin bentuk grafik",
    "Show/hide columns": "Pilih kolom",
    "Search": "Cari",
    "Copy to clipboard": "Salin",
    "Copied": "Tersalin",
    "visualization": "grafik",
    "group mark container": "bagian grafik",
    "rect mark container": "batang grafik",
    "text mark container": "tulisan grafik",
    "Vega visualization": "Grafik",
    "day": "hari",
    "month": "bulan",
    "year": "tahun",
    "dd": "hh",
    "mm": "bb",
    "yyyy": "tttt",
}
# What has a number or a name in it.
FORMS = (
    (r"^(\d+)\s?MB per file$", "paling besar $1 MB satu berkas"),
    (r"^(\d+) options? available\.$", "$1 pilihan."),
    (r"^Remove (.+)$", "Keluarkan $1"),
    (r"^Help for (.+)$", "Keterangan: $1"),
    (r"^Choose date, (.+)$", "Pilih tanggal, $1"),
    (r"^(.+), (?:First|Last) available date$", "$1, batas tanggal"),
    (r"^(day|month|year), (.+)$", "$2, $1"),
    (r"^(\d+) (?:files?|directories|directory) (?:uploaded|selected)$", "$1 berkas dipilih"),
    (r"^File must be (\d+)\s?MB or smaller\.$", "Berkas paling besar $1 MB."),
)
# subtle: a text node's data may be changed under React, which sets it again only when its own value changes. What
# others wrote is left as it is: the pages' own HTML, and all that is Markdown, such as the labels of buttons.
_FORM = """<script>(() => {
Object.defineProperty(navigator, 'language', {get: () => 'id-ID'});
Object.defineProperty(navigator, 'languages', {get: () => ['id-ID']});
const words = %s, forms = %s.map(([form, ours]) => [new RegExp(form), ours]);
const begins = Object.keys(words).sort((a, b) => b.length - a.length).filter(begin => begin.length > 20);
const OTHERS = '.stHtml, [data-testid=stMarkdownContainer], textarea';
const SENDING = '[data-testid=stFileUploaderDropzone] button';
const names = ['aria-label', 'placeholder', 'title', 'aria-roledescription', 'aria-description', 'aria-valuetext'];
const ours = text => {
  if (Object.hasOwn(words, text)) return words[text];
  const begin = begins.find(begin => text.startsWith(begin));
  if (begin) return words[begin];
  const colon = text.indexOf(': ');
  if (colon > 0 && Object.hasOwn(words, text.slice(0, colon)))
    return words[text.slice(0, colon)] + text.slice(colon);
  const form = forms.find(([form]) => form.test(text));
  return form && text.replace(...form).replace(/, (day|month|year)$/, (_, word) => ', ' + words[word]);
};
const change = node => {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.data.trim();
    if (!text || node.parentElement?.closest(OTHERS) && !node.parentElement.closest(SENDING)) return;
    const other = ours(text);
    if (other && other !== text) node.data = other;
    if (text === 'streamlit run yourscript.py') node.data = 'scripts/start';
  } else if (node.nodeType === Node.ELEMENT_NODE) {
    for (const name of names) turn(node, name);
    node.childNodes.forEach(change);
  }
};
const turn = (node, name) => {
  const text = node.getAttribute(name), other = text && ours(text);
  if (other && other !== text) node.setAttribute(name, other);
};
new MutationObserver(all => all.forEach(one => {
  if (one.type === 'characterData') change(one.target);
  else if (one.type === 'attributes') turn(one.target, one.attributeName);
  else one.addedNodes.forEach(change);
})).observe(document, {subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: names});
})()</script>"""
TRANSLATION = _FORM % (json.dumps(WORDS, ensure_ascii=False), json.dumps(FORMS))
