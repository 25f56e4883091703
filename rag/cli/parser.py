"""``tanya``: the command line. Results go to stdout, progress to stderr; exit 0 done, 1 a failure told, 2 wrong usage.

It parses and reports; what a command does is named in ``rag.cli.commands``.
"""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import date

from rag.cli import commands

DEFAULT_TOP = 10
DEFAULT_PORT, DEFAULT_API_PORT = 8501, 8502
_log = logging.getLogger("tanya.command")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    options = build_parser().parse_args(arguments)
    from rag.cli.console import Escaped

    with redirect_stdout(Escaped.around(sys.stdout)), redirect_stderr(Escaped.around(sys.stderr)):
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    from index.errors import TanyaError

    try:
        _log_to(options)
        return int(options.run(options))
    except TanyaError as error:
        if error.__cause__ is not None:
            _log.exception("failed", extra={"fields": {"command": options.command}})
        print(f"tanya: {error}", file=sys.stderr)
    except MemoryError:
        _log.exception("out-of-memory", extra={"fields": {"command": options.command}})
        print("tanya: Memori habis; tutup program lain lalu ulangi.", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; nothing is left to tell it
    except KeyboardInterrupt:
        print("\ntanya: Dihentikan; yang sudah selesai tersimpan, jalankan lagi untuk melanjutkan.", file=sys.stderr)
        return 130
    except Exception as error:
        _log.exception("failed", extra={"fields": {"command": options.command}})
        print(f"tanya: {_unexpected(error)}", file=sys.stderr)
    return 1


def _log_to(options: argparse.Namespace) -> None:
    """Send the log to the data folder of this command, before the command itself runs."""
    from rag import log
    from rag.settings import Settings

    settings = Settings.load(data=getattr(options, "data", None))
    log.start(settings.data_dir, with_text=settings.log_text)


def _unexpected(error: Exception) -> str:
    from rag.log import where

    message = " ".join(f"{type(error).__name__}: {error}".split())
    return f"Kesalahan tak terduga ({message[:200]}); rinciannya di {where()}. Periksa: tanya doctor"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="tanya", description="Tanya Arsip: jawaban bersitasi dari arsip redaksi sendiri, tanpa internet."
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", metavar="DIR", help="folder indeks (bawaan: TANYA_DATA atau folder data pengguna)")
    common.add_argument("--models", metavar="DIR", help="folder model (bawaan: TANYA_MODELS atau folder data pengguna)")
    common.add_argument(
        "--engine", metavar="ALAMAT", help="server Milvus yang mencari, milvus://host:port (bawaan: TANYA_ENGINE)"
    )
    common.add_argument(
        "--store", metavar="ALAMAT",
        help="PostgreSQL yang memegang arsip, postgresql://pengguna@host/nama (bawaan: TANYA_STORE)",
    )  # fmt: skip
    filters = argparse.ArgumentParser(add_help=False)
    filters.add_argument("--from", dest="date_from", type=_iso_date, metavar="TANGGAL", help="sejak, YYYY-MM-DD")
    filters.add_argument("--to", dest="date_to", type=_iso_date, metavar="TANGGAL", help="sampai, YYYY-MM-DD")
    filters.add_argument("--publisher", metavar="MEDIA", help="hanya dari media ini")
    collection = argparse.ArgumentParser(add_help=False)
    collection.add_argument("--collection", metavar="KUMPULAN", help="hanya artikel dalam kumpulan ini")
    filters.add_argument(
        "--today",
        type=_iso_date,
        metavar="TANGGAL",
        help="hari ini bagi “kemarin” (bawaan: TANYA_TODAY atau jam komputer)",
    )
    filters.add_argument(
        "--no-implied", action="store_true", help="jangan menyaring menurut kata waktu atau nama media di pertanyaan"
    )
    batch = argparse.ArgumentParser(add_help=False)
    batch.add_argument("--json", action="store_true", help="hasil sebagai JSON")
    batch.add_argument(
        "--batch", metavar="IN.jsonl", help='tiap baris {"id", "question", "conversation"?} atau {"id", "quote"}'
    )
    batch.add_argument("--out", metavar="OUT.jsonl", help="berkas hasil untuk --batch")

    actions = parser.add_subparsers(dest="command", required=True, metavar="PERINTAH")
    index = actions.add_parser("index", parents=[common], help="masukkan atau segarkan folder dan berkas artikel")
    index.add_argument("paths", nargs="*", metavar="PATH", help="folder atau berkas")
    index.add_argument("--reembed", action="store_true", help="buat ulang vektor seluruh indeks dengan model sekarang")
    index.add_argument("--watch", action="store_true", help="terus ikuti perubahan folder sampai Ctrl-C")
    index.add_argument("--retry", action="store_true", help="baca lagi berkas yang pernah melewati batas membaca")
    index.add_argument("--json", action="store_true", help="ringkasan sebagai JSON")
    index.set_defaults(run=commands.index)

    inspect = actions.add_parser("inspect", help="tampilkan apa yang terbaca dari satu berkas dan baris yang dibuang")
    inspect.add_argument("file", metavar="BERKAS")
    inspect.add_argument("--json", action="store_true", help="sebagai JSON")
    inspect.set_defaults(run=commands.inspect)

    ask = actions.add_parser(
        "ask", parents=[common, filters, collection, batch], help="jawab satu pertanyaan, dengan sumbernya"
    )
    ask.add_argument("question", nargs="?", metavar="PERTANYAAN")
    ask.set_defaults(run=commands.ask)

    search = actions.add_parser(
        "search", parents=[common, filters, collection, batch], help="cari bagian artikel yang cocok"
    )
    search.add_argument("question", nargs="?", metavar="PERTANYAAN")
    search.add_argument("--top", type=_positive, default=DEFAULT_TOP, metavar="K", help="jumlah hasil (bawaan 10)")
    search.set_defaults(run=commands.search)

    find = actions.add_parser(
        "find", parents=[common, collection], help="temukan setiap artikel yang memuat kata-kata ini, persis"
    )
    find.add_argument("query", metavar="KUERI", help='misalnya: "harga beras" TIDAK impor tanggal:2019..2021')
    find.add_argument("--sort", choices=["relevance", "date"], default="relevance", help="urutan (bawaan relevance)")
    find.add_argument("--page", type=_positive, default=1, metavar="N", help="halaman hasil, 20 artikel tiap halaman")
    find.add_argument("--count", action="store_true", help="hanya jumlah artikel dan temuan")
    find.add_argument("--csv", metavar="BERKAS", help="tulis semua temuan, satu baris tiap temuan")
    find.add_argument("--json", action="store_true", help="hasil sebagai JSON")
    find.set_defaults(run=commands.find)

    quote = actions.add_parser(
        "quote",
        parents=[common, filters, collection, batch],
        help="periksa kutipan: persis atau berubah, siapa, di mana",
    )
    quote.add_argument("quote", nargs="?", metavar="KUTIPAN")
    quote.add_argument("--speaker", metavar="NAMA", help="narasumber yang disebut mengatakannya")
    quote.add_argument("--draft", metavar="BERKAS", help="periksa semua kutipan sebuah naskah")
    quote.add_argument("--table", metavar="BERKAS", help="periksa tabel kutipan: CSV atau XLSX, hasilnya ke --out")
    quote.add_argument(
        "--column", action="append", default=[], metavar="ISI=NAMA",
        help="kolom tabel: kutipan, tokoh, tanggal, media, tautan; misalnya tokoh=Narasumber (bawaan: dikenali)",
    )  # fmt: skip
    quote.add_argument("--sheet", metavar="NAMA", help="lembar tabel XLSX (bawaan: yang punya kolom kutipan)")
    quote.add_argument("--record", metavar="BERKAS", help="simpan catatan bukti: .json, .md, atau .docx")
    quote.set_defaults(run=commands.quote)

    collections = actions.add_parser(
        "collections", parents=[common], help="kumpulan artikel: buat, isi, lihat, batasi pembacanya"
    )
    collections.add_argument(
        "action",
        nargs="?",
        choices=["list", "make", "add", "remove", "show", "share", "delete", "restore"],
        default="list",
        help="bawaan list; restore mengembalikan yang dihapus",
    )
    collections.add_argument("name", nargs="?", metavar="KUMPULAN")
    collections.add_argument("items", nargs="*", metavar="ARTIKEL", help="id artikel; untuk share: nama pembaca")
    collections.add_argument("--query", metavar="KUERI", help="semua artikel yang ditemukan kueri ini (tanya find)")
    collections.add_argument("--folder", metavar="FOLDER", help="semua artikel folder ini, juga yang masuk kemudian")
    collections.add_argument("--everyone", action="store_true", help="share: terlihat oleh semua pembaca")
    collections.add_argument("--json", action="store_true", help="hasil sebagai JSON")
    collections.set_defaults(run=commands.collections)

    alerts = actions.add_parser(
        "alerts", parents=[common], help="pencarian tersimpan: kabar tentang artikel baru yang cocok"
    )
    alerts.add_argument("action", nargs="?", choices=["list", "add", "remove", "seen"], default="list")
    alerts.add_argument("id", nargs="?", type=_positive, metavar="NOMOR", help="untuk remove dan seen")
    alerts.add_argument("--search", metavar="KUERI", help="simpan pencarian, ditulis seperti untuk tanya find")
    alerts.add_argument("--question", metavar="PERTANYAAN", help="simpan pertanyaan")
    alerts.add_argument("--quote", metavar="KUTIPAN", help="simpan kutipan: kabar bila dimuat lagi atau berubah")
    alerts.add_argument("--speaker", metavar="NAMA", default="", help="narasumber kutipan itu")
    alerts.add_argument("--name", metavar="NAMA", default="", help="nama bagi yang disimpan")
    alerts.add_argument("--json", action="store_true", help="sebagai JSON")
    alerts.set_defaults(run=commands.alerts)

    status = actions.add_parser("status", parents=[common], help="isi indeks dan keadaan model")
    status.add_argument("--json", action="store_true", help="sebagai JSON")
    status.set_defaults(run=commands.status)

    doctor = actions.add_parser("doctor", parents=[common], help="periksa pemasangan ini: prosesor, model, disk, log")
    doctor.add_argument("--json", action="store_true", help="sebagai JSON")
    doctor.set_defaults(run=commands.doctor)

    models = actions.add_parser("models", parents=[common], help="daftar, ambil (fetch) atau periksa (verify) model")
    models.add_argument("action", nargs="?", choices=["list", "fetch", "verify"], default="list")
    models.set_defaults(run=commands.models)

    evaluation = actions.add_parser(
        "eval", parents=[common], help="ukur pencarian, jawaban, dan pemeriksaan kutipan dengan berkas uji"
    )
    evaluation.add_argument("kind", nargs="?", metavar="JENIS", help="search, ask, atau quote")
    evaluation.add_argument("gold", nargs="?", metavar="GOLD.jsonl", help="pertanyaan dengan jawaban yang benar")
    evaluation.add_argument(
        "--set", action="append", default=[], metavar="JENIS:GOLD:FOLDER", help="satu set lagi; boleh berulang"
    )
    evaluation.add_argument("--sample", type=_positive, metavar="N", help="hanya N baris, selalu baris yang sama")
    evaluation.add_argument("--seed", type=int, default=0, metavar="S", help="undian untuk --sample (bawaan 0)")
    evaluation.add_argument("--out", metavar="DIR", help="folder laporan (bawaan: evaluasi di folder indeks)")
    evaluation.add_argument("--resume", action="store_true", help="lanjutkan yang terhenti")
    evaluation.add_argument("--json", action="store_true", help="angkanya sebagai JSON")
    evaluation.set_defaults(run=commands.evaluate)

    page = actions.add_parser("ui", parents=[common], help="buka halaman tanya-jawab di peramban")
    _add_where(page, DEFAULT_PORT, "kata sandi")
    page.add_argument("--oidc", metavar="BERKAS.toml", help="masuk lewat OIDC: bagian [auth] dan editors = [surel, …]")
    page.set_defaults(run=commands.ui)

    serve = actions.add_parser("serve", parents=[common], help="arsip untuk program lain, lewat HTTP (docs/api.md)")
    _add_where(serve, DEFAULT_API_PORT, "token")
    serve.add_argument("--mcp", action="store_true", help="layani juga asisten (MCP), di alamat yang sama: /mcp")
    serve.set_defaults(run=commands.serve)

    mcp = actions.add_parser("mcp", parents=[common], help="arsip sebagai alat bagi asisten (MCP), lewat stdio")
    mcp.add_argument("--http", action="store_true", help="lewat HTTP, di /mcp")
    _add_where(mcp, DEFAULT_API_PORT, "token")
    mcp.set_defaults(run=commands.mcp)

    readers = actions.add_parser(
        "readers", parents=[common], help="pembaca di jaringan: add, remove, list; token untuk program mereka"
    )
    readers.add_argument("action", nargs="?", choices=["list", "add", "remove", "token"], default="list")
    readers.add_argument("name", nargs="?", metavar="NAMA")
    readers.add_argument("--list", action="store_true", help="sebutkan token yang ada, bukan membuat satu")
    readers.add_argument("--revoke", metavar="NOMOR", help="cabut token ini")
    readers.add_argument("--role", choices=["pembaca", "redaktur"], default="pembaca", help="bawaan pembaca")
    readers.set_defaults(run=commands.readers)

    restore = actions.add_parser(
        "restore", parents=[common], help="pulihkan yang tidak dapat dibuat ulang dari salinan"
    )
    restore.add_argument("--copy", metavar="BERKAS", help="salinan ini, bukan yang terbaru")
    restore.add_argument("--list", action="store_true", help="sebutkan salinan yang ada")
    restore.set_defaults(run=commands.restore)
    return parser


def _add_where(parser: argparse.ArgumentParser, port: int, login: str) -> None:
    """Add where a server listens and what else it is called."""
    parser.add_argument("--port", type=_port, default=port, metavar="N", help=f"bawaan {port}")
    parser.add_argument("--address", metavar="ALAMAT", help=f"bawaan 127.0.0.1; alamat lain hanya dengan {login}")
    parser.add_argument(
        "--name", metavar="NAMA", action="append", default=[], help="nama lain mesin ini, misalnya arsip.redaksi.lan"
    )
    parser.add_argument(
        "--proxy", metavar="ALAMAT", help="alamat IP proksi HTTPS di depannya; hanya itu yang dipercaya"
    )


def _iso_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} bukan tanggal YYYY-MM-DD") from error


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} bukan bilangan bulat positif")
    return int(text)


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} bukan nomor port 1–65535")
    return int(text)
