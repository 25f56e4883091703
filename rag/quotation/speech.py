"""The words by which Indonesian news says who speaks: verbs of saying, titles and roles, pronouns, what ends a name."""

from __future__ import annotations

import re

from rag.quotation.regions import ORGANISATION_NOUNS, REGIONS

# Before their subject: "…," kata Budi. With -nya the subject is the one named before.
BARE_VERBS = (
    "kata ujar tutur ucap ungkap tegas jelas imbuh pungkas papar terang tambah lanjut sebut cetus kilah seru beber "
    "urai sambung jawab tukas tandas klaim pesan harap pinta canda kenang cerita sindir kritik tulis tanya timpal "
    "tutup ajak aku kisah keluh celetuk tuding bantah saran imbau cuit ulas simpul kelakar lontar gumam bisik teriak "
    "protes akui cetusnya".split()
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
    "terkait soal mengenai untuk tentang dengan sebagai itu ini tersebut lagi pula juga kemudian lantas lalu saja "
    "sebab karena bahwa seperti sembari sesaat selepas sebagaimana tadi kemarin hari pekan ke oleh serta dan namun "
    "tetapi menambahkan menjelaskan mengutip dikutip dihubungi ditemui mengakhiri menutup menyinggung merujuk mengacu "
    "memberi memberikan berharap optimistis singkat menegaskan bersama terhadap atas agar menyoal berseloroh tegas "
    "sore siang pagi malam demikian begitu".split()
)
# Within a name, in small letters.
NAME_LINKS = frozenset("bin binti van de der al el da dos von".split())
DAYS = frozenset("senin selasa rabu kamis jumat jum'at sabtu minggu ahad".split())
# Titles and offices that a person holds. What stands behind the last word of a title is the name.
PERSON_ROLES = frozenset(
    "presiden wakil wapres menteri menko mensos menkeu mendagri menkes menhub menlu menaker menpora menparekraf "
    "gubernur wagub bupati wali walikota camat lurah kepala ketua sekretaris sekda sekjen direktur manajer manager "
    "ceo founder pendiri komisaris inspektur letnan letkol kolonel mayor kapten brigadir brigjen irjen komjen kombes "
    "akbp akp iptu ipda aiptu aipda bripka briptu bripda mayjen letjen laksamana laksda laksma marsekal marsda "
    "panglima komandan pangdam danrem dandim kapolri kapolda kapolres kapolresta kapolsek kasat kabid kabag kasubbag "
    "kadis kadinkes jaksa hakim advokat pengacara anggota politisi politikus pengurus guru dosen rektor dekan prof "
    "profesor dr drg drs dra ir hj kh ustaz ustadz habib pendeta pastor pdt romo uskup pangeran sultan ekonom "
    "pengamat epidemiolog analis ahli pakar dokter perawat bidan warga pemilik pengusaha pelatih pemain gelandang "
    "penyerang bek kiper artis aktor aktris penyanyi sutradara bapak ibu pak bu mas mbak bang saudara saudari "
    "president director general juru jubir deputi dirjen staf asisten koordinator peneliti imam pedagang sopir "
    "pekerja wartawan pangkoarmada kasad kasal kasau menpan menpanrb agen petani nelayan mahasiswa mahasiswi ibunda "
    "ayah tokoh aktivis relawan kuasa konsultan seniman budayawan sejarawan sosiolog psikolog kriminolog arkeolog "
    "geolog raja ratu pj plt plh".split()
)
# Words of organisations and the rest of titles.
ROLE_WORDS = (
    PERSON_ROLES
    | REGIONS
    | ORGANISATION_NOUNS
    | frozenset(
        "jenderal utama eksekutif besar ajun polisi satu dua tingkat muda madya pertama tni polri polda polres "
        "polresta polrestabes polsek reskrim humas kejaksaan kejagung pengadilan negeri tinggi mahkamah konstitusi "
        "hukum dinas badan kementerian komisi komite satuan satgas gugus tugas tim dpr dprd mpr dpd kpu kpud bawaslu "
        "kpk bpk bps bnpb bpbd bmkg bkn pbnu mui muhammadiyah partai fraksi wilayah daerah cabang provinsi kabupaten "
        "kecamatan desa kelurahan kota dusun republik indonesia ri dki timur barat utara selatan tengah tenggara "
        "universitas institut sekolah fakultas bank pt cv tbk persero corporate communication communications "
        "relations public head of vice senior khusus bicara direktorat bidang bagian seksi divisi unit pelaksana "
        "perhimpunan ikatan asosiasi himpunan majelis forum kesehatan pendidikan perhubungan pertanian sosial "
        "perdagangan perindustrian pertahanan luar dalam ham agama ketenagakerjaan penanganan covid covid-19 "
        "operasional operasi pelayanan lalu lintas jalan raya tol rumah sakit rsud rsup puskesmas stasiun pelabuhan "
        "bandara kereta api internasional regional bersama perencanaan pembangunan kebijakan publik penelitian "
        "pengembangan pengawasan pemberantasan korupsi perlindungan anak perempuan daop armada komando induk patroli "
        "perekonomian kreatif pencegahan pengendalian penyakit presidium sekretariat yayasan komunitas".split()
    )
)
# The word behind one of these names its place, not a person, where a name follows between commas.
PLACED_ROLES = frozenset(
    "dusun desa kelurahan kecamatan kabupaten kota provinsi polres polda polsek polresta polrestabes kpu kpud dprd "
    "bnpb bpbd bawaslu kodim korem kodam universitas institut rsud rsup daop distrik pulau bandara pelabuhan stasiun "
    "pt cv bank partai komunitas forum yayasan lembaga gereja masjid klinik puskesmas hotel dinas kejari kejati "
    "lapas".split()
)

_BARE = "|".join(BARE_VERBS)
SPEECH = re.compile(
    rf"\b(?:(?P<bare>{_BARE})(?P<own>nya)?|(?P<by>menurut(?:nya)?)|(?P<passive>{'|'.join(PASSIVE_VERBS)})"
    rf"(?P<agent>nya)?(?:\s+oleh)?|(?P<active>{'|'.join(ACTIVE_VERBS)}))\b",
    re.IGNORECASE,
)
