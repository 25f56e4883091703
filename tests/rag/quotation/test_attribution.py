import pytest

from rag.quotation.attribution import Speaker, agrees, contradicts, speakers_in
from rag.quotation.detection import quotations
from rag.quotation.person_names import split_role

SAID = "Harga beras turun sejak panen raya dimulai"


def speaker(text: str) -> tuple[str, str | None] | None:
    """Who says the quotation SAID in a text, however likely that is."""
    found = quotations(text, single=False)
    wanted = next(item for item in found if text[item.start : item.end].startswith(SAID))
    said = speakers_in(text, found, lambda features: 1.0)(wanted)
    return (said.name, said.role) if said else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“{},” kata Budi Santoso.", "Budi Santoso"),
        ("“{},” kata Kepala Dinas Perdagangan Kota Surabaya Budi Santoso di Surabaya, Senin.", "Budi Santoso"),
        ("“{},” ujar Ketua KPUD Muna, Kubais, Senin (7/9).", "Kubais"),
        ("“{},” tutur Kepala Patroli Jalan Raya (PJR) Tol Purbaleunyi Ajun Komisaris Budi Santoso.", "Budi Santoso"),
        ("“{},” tegas Budi saat ditemui di kantornya.", "Budi"),
        ("“{},” demikian Budi Santoso menegaskan.", "Budi Santoso"),
        ("“{}.” Budi Santoso mengatakan itu kemarin.", "Budi Santoso"),
        ("Budi Santoso mengatakan, “{}.”", "Budi Santoso"),
        ("Kepala Pasar, Budi Santoso, Senin (3/4), menegaskan, “{}.”", "Budi Santoso"),
        ("Menurut Budi Santoso, “{}.”", "Budi Santoso"),
        ("Budi Santoso: “{}.”", "Budi Santoso"),
        ("Budi Santoso datang. Menurut Budi, pasar ramai. “{},” katanya.", "Budi Santoso"),
        ("Kepala Pasar Budi Santoso menata kios. Kios itu baru. “{},” kata dia.", "Budi Santoso"),
        ("“Pasar ramai,” kata Ratna Dewi. “{},” ujarnya.", "Ratna Dewi"),
        ("“Pasar ramai,” kata Ratna Dewi.\n“{}.”", "Ratna Dewi"),
        ("Presiden Joko Widodo datang. “{},” kata Presiden.", "Presiden Joko Widodo"),
        ("Gubernur Jawa Timur Khofifah Indar Parawansa hadir. “{},” ungkap Khofifah.", "Khofifah Indar Parawansa"),
        ('"{}," kata M Fikser.', "M Fikser"),
        ("“{},” kata I Gusti Ngurah Rai.", "I Gusti Ngurah Rai"),
        ("Budi Santoso (67) tersenyum. “{},” kata pria 67 tahun itu.", "Budi Santoso"),
        ("Budi Santoso (67) tersenyum. “{},” kata seorang warga lain.", "seorang warga lain"),
        ("Gaji sementara itu tetap. Sementara Budi Santoso mengaku siap. “{},” ujarnya.", "Budi Santoso"),
        # Any word in a verb's place.
        ("“Ramai,” kata Ratna Dewi.\n\n“{},” bela Anton Wijaya.", "Anton Wijaya"),
        ("“Ramai,” kata Ratna Dewi.\n\n“{}!” hardik Anton.", "Anton"),
        ("“Ramai,” kata Ratna Dewi.\n\n“{},” protes keras Anton Wijaya.", "Anton Wijaya"),
        ("“Ramai,” kata Ratna Dewi.\n\n“{},” desak anggota DPRD Lestari Ningsih.", "Lestari Ningsih"),
        ("“Ramai,” kata Ratna Dewi.\n\n“{},” demikian ancam Anton Wijaya.", "Anton Wijaya"),
        ("“Ramai,” kata Ratna Dewi.\n\n“{},” Anton Wijaya bersikeras.", "Anton Wijaya"),
        ("“Ramai,” kata Ratna Dewi.\n\n“{},” rintih seorang ibu.", "seorang ibu"),
        ("“Ramai,” kata Ratna Dewi. “{},” gerutunya.", "Ratna Dewi"),
        # The nearest bearer of a short form.
        ("Menteri Agus Suparmanto hadir. Bupati Agus Salim pulang. “{},” kata Agus.", "Agus Salim"),
        ("Menteri Sri Mulyani Indrawati ada. Sri Mulyani senang. “{},” ujar Sri.", "Sri Mulyani Indrawati"),
        ("Bupati Ahmad Lukman dan wakilnya Ahmad Fauzan hadir. “{},” ujar Lukman.", "Ahmad Lukman"),
        ("Moderator Dwi Astuti menenangkan. “{},” pinta Dwi.", "Dwi Astuti"),
        ("Kehadiran Agus ditunggu. “{},” kata Agus.", "Agus"),
        # Names that are words of the calendar.
        ("“{},” kata Sekretaris Daerah Hari Prabowo di kantornya.", "Hari Prabowo"),
        ("“{},” kata auditor Mei Lestari.", "Mei Lestari"),
        ("“{},” ujar Jumat Santoso, warga Pati.", "Jumat Santoso"),
        ("“{},” ujar Bupati Pati Selasa (5/3/2024).", "Bupati Pati"),
        # Places, bodies and offices.
        ("Banjir di Winong. Lurah Winong Anton Wijaya menyatakan, “{}.”", "Anton Wijaya"),
        ("Banjir di Winong. “{},” kata Camat Winong, Anton.", "Anton"),
        ("Lurah Winong menyatakan, “{}.”", "Lurah Winong"),
        ("“{},” kata MenPAN/RB Abdullah Azwar Anas.", "Abdullah Azwar Anas"),
        ("“{},” ujar Sekretaris Jenderal Kemendes PDTT, Anwar Sanusi, di Desa Semagar.", "Anwar Sanusi"),
        ("“{},” kata Direktur Utama PT Trans Budi Kaliwono.", "Budi Kaliwono"),
        ("“{}”, papar Sekda Kota Pati, Dr. Anton Wijaya, M.Si.", "Anton Wijaya"),
        ("“{},” lapor Ketua RT 03 Samin.", "Samin"),
        # By what she is called.
        ("“{},” kata seorang pedagang yang akrab disapa “Pak Ndut”.", "Pak Ndut"),
        ("“{},” kata seorang saksi bernama Tukimin.", "Tukimin"),
        # Over paragraphs.
        ("“Kami siap,” kata Suryo. “Dana ada.\n\n“Belum terpakai.\n\n“{}.”", "Suryo"),
        # Offices with "dan", "bidang" and "of", and what stands between them and the name.
        ("“{},” kata Deputi bidang Koordinasi Pasar dan Industri Kementerian Pangan, Edy Irawan.", "Edy Irawan"),
        ("“{},” ujar Kepala Bidang Kedokteran dan Kesehatan Polda Metro Jaya Kombes Pol Umar Said.", "Umar Said"),
        ("“{},” kata Menteri Dalam Negeri Meksiko, Jaime Ortega.", "Jaime Ortega"),
        ("“{},” ujar Head of Corporate Communication PANEN Sri Lestari.", "Sri Lestari"),
        ("“{},” ujar Co-Founder & CEO Panenku Rian Adijaya. Panenku tumbuh.", "Rian Adijaya"),
        ("Panenku tumbuh. CEO Panenku Clara Leung hadir. “{},” kata Clara.", "Clara Leung"),
        ("Manajer Pelita Umuh Marzuki datang ke markas Pelita. “{},” kata Umuh.", "Umuh Marzuki"),
        ("“{},” kata Menteri Pertanian Imam Natawijaya.", "Imam Natawijaya"),
        ("Menteri Agama Lukman Hakim Wijaya datang. “{},” kata Lukman.", "Lukman Hakim Wijaya"),
        (
            "Kepala Seksi Operasi Damkar Jaktim, Gatot, mengatakan api padam. “{},” ujarnya. “Aman,” imbuh Gatot.",
            "Gatot",
        ),
        ("“{},” ujar Direktur Yayasan Pelita Bangsa, Winda Kusuma.", "Winda Kusuma"),
        ("“{},” kata juru bicara Panenku.", "juru bicara Panenku"),
        ("“{},” tulis kerabat Echon.", "kerabat Echon"),
        ("“{},” kata Kementerian Pangan Kosovo.", "Kementerian Pangan Kosovo"),
        # A pronoun means who is told of for the first time, and who is named beside the verb.
        ("Budi Santoso pulang. “Ramai,” ujar saksi mata.\n\n“{},” lanjutnya.", "saksi mata"),
        ("Ketika Budi bertanya, Anton Wijaya menjawab, “{}.”", "Anton Wijaya"),
        ("“Ramai,” ujar Vidi Lukito menurut AS.\n\n“{}.”", "Vidi Lukito"),
        # A nearer one is not passed over for an older one.
        ("“Ramai,” kata Budi Santoso. Sementara itu, pedagang Yeni meyakini hal lain. “{},” ujarnya.", "Yeni"),
        ("“Ramai,” kata Budi. Hal itu juga diutarakan, Ny. Rini Astuti. “{},” ujarnya.", "Ny. Rini Astuti"),
        # Whose half of the sentence it is, and what stands aside in it.
        ("Ani Lestari menyebutnya “perlu”, sementara Bupati Pati Anton Wijaya mengatakan, “{}.”", "Anton Wijaya"),
        ("Dalam suratnya kepada Bupati Pati, Ani Lestari, Budi menulis, “{}.”", "Budi"),
        ("Mantan menteri era Wahid, Budi Santoso, menyebut, “{}.”", "Budi Santoso"),
        ("Kemarin, wakil duta besar Winong untuk PBB mengatakan, “{}.”", "wakil duta besar Winong"),
        ("Dinas Pasar melalui Warta menyatakan, “{}.”", "Dinas Pasar"),
        # A description ends where something is done; a pronoun has no apposed name.
        ("Budi Santoso datang. “{},” kata sang aktor mengawali sambutannya.", "sang aktor"),
        ("“{},” kata pria asal Cepu, Kabupaten Blora.", "pria asal Cepu"),
        ("Menurut Budi Santoso, ramai. Kini, kata dia, Gunung Slamet siaga. “{},” kata dia.", "Budi Santoso"),
        ("Anton tiba. “Ramai,” ujar Ratna Dewi. Ia kerap disebut - sebut mirip Anton. “{},” ujarnya.", "Ratna Dewi"),
        ("“{},” terang Kanit Laka Lantas Polres Pati, Ipda Suryo, Senin.", "Suryo"),
        # Accounts, and a name behind a description that goes on.
        ("“{},” tulis warganet pada akun @ani.toko19.", "@ani.toko19"),
        ("“{},” lanjut akun Twitter @deni_m di laman itu.", "@deni_m"),
        ("“{},” tulis @deni_m.", "@deni_m"),
        (
            "Kata Marlina, sepi. “{},” kata analis pasar dan iklan dari Pusat Media, Sari Marlina di Pati.",
            "Sari Marlina",
        ),
        ("Kabupaten Blora ramai. “{},” kata seorang warga dari Desa Winong, Kabupaten Blora.", "seorang warga"),
        # What somebody speaks of was said by another.
        ("Anton Wijaya menyinggung ancaman yang dilontarkan para calon bupati.\n“{}.”", "Anton Wijaya"),
        # An opening word is no first name.
        ("Rencananya Retno pulang. Retno Listyani hadir. “{},” kata Retno.", "Retno Listyani"),
        ("Impian Burhan kandas di kandang. “{},” kata Burhan.", "Burhan"),
        ("Daya 5 Mega Watt. Arviyan Arifin datang. “{},” kata Arviyan.", "Arviyan Arifin"),
    ],
)
def test_who_says_it(text: str, name: str) -> None:
    found = speaker(text.format(SAID))
    assert found is not None
    assert found[0] == name


@pytest.mark.parametrize(
    "text",
    [
        "“{}.”",
        "Pasar ramai. Harga turun. “{},” katanya.",
        "Harga di Surabaya turun. Padahal, Lebaran tiba. “{},” ujarnya.",
        "“{}” menjadi judul spanduk di Pasar Wonokromo.",
        "“Ramai,” kata Ratna Dewi.\n\n“{}.” Anton Wijaya berdiri dari kursinya.",
        "“Ramai,” kata Ratna Dewi.\n\nAnton Wijaya menggebrak meja. “{}!”",
        "“Ramai,” kata Ratna Dewi.\n\nWarga berkumpul di balai desa.\n\n“{}.”",
        "REMBANG, KOMPAS.com - Warga resah. “{}.”",
        # What something is called, and what no person says.
        "Budi Santoso membuka dialog bertema “{}” di Pati.",
        "Menurut data dan laporan, harga yang turun ialah “{}”.",
        "“Ramai,” kata Ratna Dewi. “{}” bunyi Pasal 2 undang-undang itu.",
        "“{},” kata Or.",
        # One of two: the one who spoke, or the one of whom the text tells in between.
        "“Ramai,” kata Ratna Dewi. Kepala Pasar Anton Wijaya naik ke panggung. “{},” ujarnya.",
        "“Ramai,” kata Anton. Sebelumnya, Ratna Dewi mengaku rugi. “{},” ujarnya.",
        "Ratna Dewi menyebut nama Anton.\n\n“{}.”\n\n“Saya senang,” tutur Anton.",
    ],
)
def test_unknown_stays_unknown(text: str) -> None:
    assert speaker(text.format(SAID)) is None


@pytest.mark.parametrize(
    ("text", "how", "sure"),
    [
        ("“{},” kata Budi Santoso.", "behind", True),
        ("Budi Santoso mengatakan, “{}.”", "before", True),
        ("Budi Santoso datang. Menurut Budi, pasar ramai. “{},” katanya.", "pronoun", False),
        ("“Ramai,” kata Ratna Dewi.\n“{}.”", "carried", False),
        ("Lurah Winong menyatakan, “{}.”", "before", False),
        ("“{},” kata Presiden.", "behind", False),
        ("“{},” kata seorang warga.", "behind", False),
    ],
)
def test_how_a_speaker_is_known_and_only_who_is_named_beside_it_speaks_against_a_claim(
    text: str, how: str, sure: bool
) -> None:
    written = text.format(SAID)
    found = quotations(written, single=False)
    wanted = next(item for item in found if written[item.start : item.end].startswith(SAID))
    said = speakers_in(written, found)(wanted)
    assert said is not None
    assert (said.how, said.sure) == (how, sure)
    assert contradicts("Hendra Wiguna", said) is sure
    assert not contradicts(said.name, said)


def test_another_name_that_the_article_gives_somebody_is_hers() -> None:
    text = f"Warga lain, Tukimin alias Min Kribo, takut. “{SAID},” kata Min Kribo."
    found = quotations(text, single=False)
    said = speakers_in(text, found)(found[0])
    assert said is not None
    assert said.aliases == ("Tukimin",)
    assert agrees("Tukimin", said)


@pytest.mark.parametrize(
    ("text", "role", "name"),
    [
        ("Wakil Gubernur Sulsel Andi Sudirman Sulaiman", "Wakil Gubernur Sulsel", "Andi Sudirman Sulaiman"),
        ("Mahfud MD", None, "Mahfud MD"),
        ("Jaksa Agung Burhanuddin", "Jaksa Agung", "Burhanuddin"),
        ("Agung Kristiyanto", None, "Agung Kristiyanto"),
        ("Dinas Kesehatan", "Dinas Kesehatan", None),
        ("RZ Panca Putra Simanjuntak", None, "RZ Panca Putra Simanjuntak"),
        ("Wakil Wali Kota Bogor Dedie A Rachim", "Wakil Wali Kota Bogor", "Dedie A Rachim"),
    ],
)
def test_titles_offices_and_places_are_no_names(text: str, role: str | None, name: str | None) -> None:
    assert split_role(text) == (role, name)


def test_a_claim_agrees_by_name_or_where_it_names_an_office_by_that() -> None:
    khofifah = Speaker("Khofifah Indar Parawansa", "Gubernur Jawa Timur", "", 0, 0, True)
    assert agrees("Khofifah", khofifah)
    assert agrees("Gubernur Jawa Timur", khofifah)
    assert agrees("Ibu Indar", khofifah)
    assert not agrees("Bupati Emil Dardak", khofifah)
    assert not agrees("Gubernur Emil Dardak", khofifah)
    assert not agrees("Ibu", khofifah)


@pytest.mark.parametrize(
    ("claimed", "found", "same"),
    [
        ("Jokowi", "Presiden Joko Widodo", True),
        ("Risma", "Tri Rismaharini", True),
        ("SBY", "Susilo Bambang Yudhoyono", True),
        ("Budi", "Budi Santoso", True),
        ("M. Fikser", "M Fikser", True),
        ("Budi Karya", "Budi Santoso", False),
        ("Muhammad Nuh", "Muhammad Muslim", False),
        ("Prabowo", "Presiden Joko Widodo", False),
        ("Presiden", "Presiden Joko Widodo", True),
        ("Komjen Agus", "Agus Andrianto", True),
    ],
)
def test_short_forms_agree_and_a_common_first_name_does_not_make_one_person(
    claimed: str, found: str, same: bool
) -> None:
    assert agrees(claimed, Speaker(found, None, "", 0, 0, True)) is same
