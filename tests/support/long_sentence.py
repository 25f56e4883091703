"""An article with a sentence so long that a slow model can be met in the middle of copying it."""

SHORT = "Jembatan Kalirejo dibangun sepanjang 120 meter."
BEGUN = "Jembatan Kalirejo menghubungkan Desa Sumber Rejeki"
LONG = (
    f"{BEGUN} di tepi barat sungai dengan Desa Karang Mulyo di tepi timur, sehingga petani, pedagang pasar, murid "
    "sekolah dan bidan tidak lagi menyeberang dengan perahu tambang yang sering berhenti ketika air naik pada musim "
    "hujan."
)
ARTICLE = f"{SHORT} {LONG}"
ASKS_SHORT, ASKS_LONG = "Berapa panjang Jembatan Kalirejo?", "Apa yang dihubungkan Jembatan Kalirejo?"
