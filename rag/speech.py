"""The words by which Indonesian news says who speaks: verbs of saying, titles and roles, pronouns, what ends a name."""

from __future__ import annotations

import re

# Before their subject: "…," kata Budi. With -nya the subject is the one named before.
BARE_VERBS = (
    "kata ujar tutur ucap ungkap tegas jelas imbuh pungkas papar terang tambah lanjut sebut cetus kilah seru beber urai "
    "sambung jawab tukas tandas klaim pesan harap pinta canda kenang cerita sindir kritik tulis tanya timpal tutup ajak "
    "aku kisah keluh celetuk tuding bantah saran imbau cuit ulas simpul kelakar lontar gumam bisik teriak protes "
    "akui cetusnya".split()
)
# Behind their subject: Budi mengatakan, "…"
ACTIVE_VERBS = (
    "mengatakan menyatakan menuturkan mengungkapkan mengungkap menegaskan menjelaskan menambahkan memaparkan "
    "menerangkan menyebut menyebutkan berkata berujar bertutur berharap berpendapat menilai mengaku mengakui meminta "
    "mengimbau menghimbau memastikan mengklaim mengkritik mengeritik membantah membenarkan menyampaikan mengemukakan "
    "melanjutkan menceritakan bercerita menyarankan mengingatkan menekankan mengusulkan menduga memprediksi "
    "memperkirakan mengajak berjanji menulis bertanya menanyakan menjawab mengumumkan melaporkan menginstruksikan "
    "mencontohkan menyayangkan menyesalkan mengapresiasi berpesan menuding menyoroti mendorong mengutip merinci "
    "menyerukan mengeluhkan mengeluh menyindir meyakini mengharapkan memandang mengingat membeberkan menguraikan "
    "menyimpulkan menuntut memerintahkan mengutarakan melontarkan mengisahkan menyambut memuji mempertanyakan menolak "
    "menyatakannya mengatakannya mencuit mengancam menimpali menyanggah mengomentari memperingatkan optimistis yakin "
    "menandaskan menyinggung menyangkal menampik".split()
)
PASSIVE_VERBS = (
    "dikatakan disampaikan diungkapkan ditegaskan dijelaskan dituturkan diutarakan dikemukakan dinyatakan diucapkan "
    "dipaparkan disebutkan dilontarkan diungkap diceritakan ditulis".split()
)
PRONOUNS = frozenset("dia ia beliau mereka dirinya -nya nya pihaknya saya".split())
# What ends a name behind its verb.
STOPPERS = frozenset(
    "dalam di pada saat kepada usai seusai ketika yang sambil seraya melalui lewat dari setelah sebelum menanggapi "
    "terkait soal mengenai untuk tentang dengan sebagai itu ini tersebut lagi pula juga kemudian lantas lalu saja sebab "
    "karena bahwa seperti sembari sesaat selepas sebagaimana tadi kemarin hari pekan ke oleh serta dan namun tetapi "
    "menambahkan menjelaskan mengutip dikutip dihubungi ditemui mengakhiri menutup menyinggung merujuk mengacu "
    "memberi memberikan berharap optimistis singkat menegaskan bersama terhadap atas agar menyoal berseloroh tegas "
    "sore siang pagi malam".split()
)
DAYS = frozenset("senin selasa rabu kamis jumat jum'at sabtu minggu ahad".split())
MONTHS = frozenset(
    "januari februari maret april mei juni juli agustus september oktober november desember".split()
)
# Words of titles, offices, organisations and regions: what stands behind the last of them is the person's name.
ROLE_WORDS = frozenset(
    "presiden wakil wapres menteri menko mensos menkeu mendagri menkes gubernur wagub bupati wali walikota kota camat "
    "lurah kepala ketua sekretaris sekda sekjen jenderal direktur utama eksekutif manajer manager ceo founder pendiri "
    "komisaris besar ajun inspektur polisi satu dua tingkat letnan letkol kolonel mayor kapten brigadir brigjen irjen "
    "komjen kombes akbp akp iptu ipda aiptu aipda bripka briptu bripda mayjen letjen laksamana marsekal muda madya "
    "pertama tni ad al au polri polda polres polresta polrestabes polsek kapolri kapolda kapolres kapolsek kasat reskrim "
    "kabid kabag humas kasubbag kadis kadinkes kejaksaan kejagung jaksa hakim agung pengadilan negeri tinggi mahkamah "
    "konstitusi advokat pengacara kuasa hukum dinas badan kementerian komisi komite satuan satgas gugus tugas tim pakar "
    "dpr dprd mpr dpd kpu kpud bawaslu kpk bpk bps bnpb bpbd bmkg bkn menpan menpanrb pbnu mui muhammadiyah nu partai "
    "fraksi anggota politisi politikus pengurus pusat wilayah daerah cabang provinsi kabupaten kecamatan desa kelurahan "
    "republik indonesia ri dki jakarta jawa timur barat utara selatan tengah tenggara sumatera kalimantan sulawesi papua "
    "maluku bali nusa tenggara yogyakarta surabaya bandung semarang medan makassar palembang universitas institut "
    "sekolah fakultas guru dosen rektor dekan prof profesor dr drg drs dra ir h hj kh ustaz ustadz habib pendeta pastor "
    "pdt romo uskup pangeran sultan raja bank pt cv tbk persero corporate communication communications relations public "
    "head of vice president senior general manager staf khusus juru bicara jubir deputi dirjen direktorat asisten "
    "bidang bagian seksi divisi unit pelaksana lembaga perhimpunan ikatan asosiasi himpunan dewan majelis forum "
    "koordinator peneliti ekonom pengamat epidemiolog analis ahli dokter perawat bidan warga pemilik pengusaha pelatih "
    "kapten pemain gelandang penyerang bek kiper artis aktor aktris penyanyi sutradara bapak ibu pak bu mas mbak bang "
    "saudara saudari sri lanka amerika serikat malaysia singapura kesehatan pendidikan perhubungan pertanian sosial "
    "keuangan perdagangan perindustrian pariwisata pertahanan luar dalam hukum ham agama ketenagakerjaan penanganan "
    "covid covid-19 operasional operasi pelayanan lalu lintas jalan raya tol rumah sakit rsud puskesmas stasiun "
    "pelabuhan bandara kereta api indonesia nasional internasional regional bersama ekonomi perencanaan pembangunan "
    "kebijakan publik penelitian pengembangan pengawasan pemberantasan korupsi perlindungan anak perempuan".split()
)

_BARE = "|".join(BARE_VERBS)
SPEECH = re.compile(
    rf"\b(?:(?P<bare>{_BARE})(?P<own>nya)?|(?P<by>menurut(?:nya)?)|(?P<passive>{'|'.join(PASSIVE_VERBS)})"
    rf"(?P<agent>nya)?(?:\s+oleh)?|(?P<active>{'|'.join(ACTIVE_VERBS)}))\b",
    re.IGNORECASE,
)


def has_speech_verb(text: str) -> bool:
    """Tell whether a text says that somebody says something.

    >>> has_speech_verb(",” kata Budi. “"), has_speech_verb("lalu ia pergi")
    (True, False)
    """
    return SPEECH.search(text) is not None
