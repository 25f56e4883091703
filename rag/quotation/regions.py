"""Places of Indonesia and the world as single words: what stands before a name in a title and is no part of it."""

from __future__ import annotations

# Provinces with their short forms, cities and regencies, and countries that the news names most. Words that are
# people's names as well ("Bima", "Indra", "Surya") are left out on purpose.
REGIONS = frozenset(
    "aceh sumut sumbar sumsel riau kepri jambi bengkulu lampung babel bangka belitung banten jabar jateng jatim diy "
    "bali ntb ntt kalbar kalteng kalsel kaltim kaltara sulut gorontalo sulteng sulbar sulsel sultra maluku malut "
    "papua jakarta bogor depok tangerang bekasi tangsel jabodetabek bodetabek bandung cimahi cianjur sukabumi garut "
    "tasikmalaya ciamis banjar pangandaran kuningan cirebon indramayu majalengka sumedang subang purwakarta karawang "
    "serang cilegon lebak pandeglang semarang salatiga surakarta solo magelang pekalongan tegal brebes pemalang "
    "batang kendal demak kudus jepara pati rembang blora grobogan sragen karanganyar wonogiri sukoharjo klaten "
    "boyolali temanggung wonosobo purworejo kebumen banjarnegara purbalingga banyumas cilacap yogyakarta sleman "
    "bantul kulonprogo gunungkidul surabaya sidoarjo gresik lamongan tuban bojonegoro ngawi magetan madiun ponorogo "
    "pacitan trenggalek tulungagung blitar kediri nganjuk jombang mojokerto malang pasuruan probolinggo lumajang "
    "jember bondowoso situbondo banyuwangi bangkalan sampang pamekasan sumenep denpasar badung gianyar buleleng "
    "karangasem tabanan mataram lombok sumbawa dompu kupang ende flores sikka alor lembata belu pontianak singkawang "
    "sambas ketapang sintang kapuas palangkaraya kotawaringin banjarmasin banjarbaru martapura samarinda balikpapan "
    "bontang kutai berau tarakan nunukan bulungan manado tomohon bitung minahasa bolaang mongondow boltim palu poso "
    "donggala sigi mamuju majene polewali makassar gowa maros takalar bulukumba bone wajo parepare pinrang luwu "
    "palopo toraja kendari muna buton konawe kolaka baubau wakatobi ambon ternate tidore halmahera jayapura merauke "
    "nabire timika mimika wamena jayawijaya yahukimo ilaga puncak sorong manokwari biak medan binjai langkat karo "
    "simalungun asahan pematangsiantar tapanuli nias padang bukittinggi payakumbuh agam solok pariaman pekanbaru "
    "dumai kampar siak bengkalis batam bintan tanjungpinang karimun palembang prabumulih lubuklinggau musi "
    "pangkalpinang metro banda lhokseumawe langsa pidie tanjungpura mulawarman airlangga unair unpad undip ugm ui itb "
    "its unhas udayana lampung sulawesi kalimantan sumatera jawa nusantara mahakam citarum ciliwung bengawan amerika "
    "inggris belanda jerman perancis prancis italia spanyol rusia china tiongkok jepang korea korsel india pakistan "
    "australia malaysia singapura thailand vietnam filipina myanmar brunei timor leste arab saudi turki iran irak "
    "israel palestina mesir suriah eropa asia afrika chicago york london tokyo beijing washington istiqlal senayan "
    "cikeas pamulang ciputat".split()
)
# Common nouns that titles and organisations are made of; a person is seldom called so.
ORGANISATION_NOUNS = frozenset(
    "informatika olahraga transmigrasi syndicate investree information officer chief technology digital media "
    "research macro hotel hospitality pekerja group global harian kompas tempo aliansi jurnalis independen investasi "
    "waspada organisasi angkutan darat laut udara komunikasi telekomunikasi statistik industri hubungan industrial "
    "kerja sama reformasi birokrasi pendayagunaan aparatur negara permusyawaratan perwakilan rakyat pemilihan umum "
    "pengawas aksi masyarakat sipil transparansi bantuan pusat studi pengajar program kartu prakerja kemitraan "
    "pembiayaan perumahan pengelolaan dana pengelola terminal terpadu area supervisor lead managing keselamatan "
    "transportasi kamar dagang subdirektorat kayu dukcapil kependudukan pencatatan sipil kemendagri kemenkumham "
    "kemenhan kemenkeu kemenkes bappenas bappeda bappebti basarnas sar pos kantor masjid gereja imam pedagang pasar "
    "tradisional mikro usaha milik lembaga swadaya kampung tangguh kota kawasan bebas sektor sektoral propertindo "
    "properti penerangan angkatan kepolisian kriminal reserse narkoba intelijen keamanan ketertiban cobid-19 teknis "
    "teknologi riset inovasi cipta lingkungan hidup kehutanan kelautan perikanan pangan ketahanan tenaga energi "
    "sumber daya mineral air tanah geologi meteorologi klimatologi geofisika vulkanologi mitigasi bencana "
    "penanggulangan pemadam kebakaran penyelamatan pariwisata ekonomi bisnis syariah islam kristen katolik hindu "
    "buddha ulama nahdlatul pengurus besar pimpinan dewan pers konsumen pelanggan penumpang pengemudi sopir wartawan "
    "keluarga korban tersangka terdakwa perhutani pertamina garuda telkom junction juction akademi politeknik kolese "
    "museum perpustakaan kebudayaan seni budaya adat satpol pamong praja camat lapangan logistik distribusi produksi "
    "pemasaran penjualan keuangan akuntan auditor inspektorat arsip data sistem jaringan satelit bandar angkasa pura "
    "injourney dukuh banser ansor demokrat golkar gerindra nasdem hanura perindo kebangkitan bangsa amanat nasional "
    "persatuan pembangunan keadilan sejahtera bulan bintang perjuangan solidaritas santika mal plaza".split()
)
