"""Words that turn a statement round: negations, and pairs of opposites. Source: the language itself."""

from __future__ import annotations

from index.text.analysis import tokens

NEGATIONS = frozenset(
    "tidak tak bukan bukanlah belum jangan janganlah tanpa tiada enggak nggak ngga gak ga ndak kagak mustahil "
    "tidaklah belumlah nir anti non".split()
)
_PAIRS = """
terbesar terkecil|tertinggi terendah|terbaik terburuk|terbanyak tersedikit|terpanjang terpendek|terluas tersempit
tertua termuda|termahal termurah|tercepat terlambat|terdekat terjauh|terkaya termiskin|terkuat terlemah
pertama terakhir|awal akhir|sebelum sesudah|sebelum setelah|lama baru|tua muda|besar kecil|tinggi rendah|panjang pendek
banyak sedikit|cepat lambat|mahal murah|kaya miskin|kuat lemah|luas sempit|jauh dekat|panas dingin|basah kering
naik turun|meningkat menurun|kenaikan penurunan|bertambah berkurang|untung rugi|keuntungan kerugian|menang kalah
kemenangan kekalahan|lahir meninggal|lahir wafat|kelahiran kematian|hidup mati|datang pergi|tiba berangkat|masuk keluar
membuka menutup|dibuka ditutup|dimulai berakhir|mulai selesai|menerima menolak|diterima ditolak|setuju menolak
mendukung menentang|impor ekspor|mengimpor mengekspor|menjual membeli|dijual dibeli|penjual pembeli|jual beli
utara selatan|timur barat|atas bawah|depan belakang|kiri kanan|dalam luar|siang malam|pagi sore|darat laut
pria wanita|laki perempuan|suami istri|ayah ibu|putra putri|anak orangtua|raja ratu|kakek nenek|kakak adik
negeri swasta|formal informal|positif negatif|maksimum minimum|maksimal minimal|kelebihan kekurangan|legal ilegal
resmi gelap|aktif pasif|korban pelaku|guru murid|dokter pasien|majikan buruh|kawan lawan|sekutu musuh
hulu hilir|mayoritas minoritas|kota desa|asli palsu|benar salah|mudah sulit|penting sepele
berhasil gagal|didirikan dibubarkan|ditemukan hilang|dibangun diruntuhkan|dipenjara dibebaskan|ditangkap dibebaskan
vokal konsonan|karnivora herbivora
vertebrata invertebrata|jantan betina|padat cair|jinak buas|tropis subtropis
"""


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _PAIRS.replace("\n", "|").split("|"):
        if pair:
            one, other = pair.split()
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _opposites()


def contradicts(question: str, text: str) -> list[str]:
    """Return the words of a question that a text does not hold while it holds an opposite of theirs.

    >>> contradicts("Apa pulau terkecil?", "Pulau terbesar adalah Kalimantan.")
    ['terkecil']
    """
    held = set(tokens(text))
    return [word for word in tokens(question) if word not in held and held & OPPOSITES.get(word, frozenset())]
