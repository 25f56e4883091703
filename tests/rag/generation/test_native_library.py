"""What the library was compiled for, and that it is not loaded where it would die."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from index.errors import ModelError
from rag.generation import native_library
from rag.generation.native_library import AVX2, NATIVE, PLAIN, Build

ROOT = Path(__file__).parents[3]
XEON = "processor\t: 0\nmodel name\t: Intel(R) Xeon(R)\nflags\t\t: fpu avx avx2 fma avx512f amx_tile\n\nflags\t: none\n"


@pytest.fixture
def xeon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cpuinfo").write_text(XEON)
    monkeypatch.setattr(native_library, "_CPUINFO", tmp_path / "cpuinfo")


@pytest.mark.usefixtures("xeon")
def test_the_processor_is_read_from_its_first_core() -> None:
    assert native_library.processor_features() == {"fpu", "avx", "avx2", "fma", "avx512f", "amx_tile"}
    assert native_library.processor_name() == "Intel(R) Xeon(R)"


@pytest.mark.usefixtures("xeon")
@pytest.mark.parametrize(
    ("variant", "features"),
    [(NATIVE, ("avx", "avx2", "avx512f", "fma")), (AVX2, ("avx", "avx2", "fma")), (PLAIN, ())],
)
def test_a_safer_variant_needs_less_of_a_processor_and_none_needs_amx(variant: str, features: tuple[str, ...]) -> None:
    assert native_library.needed(variant, native_library.processor_features()) == features


def test_the_features_that_a_processor_lacks_are_named_with_what_to_do() -> None:
    build = Build(NATIVE, "0.3.36", ("avx2", "avx512f", "avx512_bf16"), "Xeon", "2026-11-27")
    native_library.check(build, frozenset({"avx2", "avx512f", "avx512_bf16", "fpu"}))
    with pytest.raises(ModelError, match=r"\(Xeon\): di sini tidak ada avx512_bf16, avx512f; jalankan"):
        native_library.check(build, frozenset({"avx2"}))
    native_library.check(None, frozenset({"avx2"}))  # compiled by somebody else: the proof tells


def test_after_each_variant_comes_the_next_safer_one() -> None:
    def next_of(variant: str, *features: str) -> str | None:
        return native_library.next_variant(Build(variant, "", features, "", ""), frozenset({"avx2"}))

    assert [next_of(variant) for variant in (NATIVE, AVX2, PLAIN)] == [AVX2, PLAIN, None]
    assert next_of(AVX2, "avx512f") == NATIVE  # of another processor
    assert native_library.next_variant(None, frozenset()) == NATIVE


def test_a_wheel_is_known_by_all_that_compiling_depends_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keys = {native_library.key_of(variant, {}) for variant in native_library.VARIANTS}
    keys.add(native_library.key_of(NATIVE, {"CMAKE_ARGS": "-DGGML_CUDA=ON"}))
    assert native_library.key_of(PLAIN, {}) in keys
    (tmp_path / "cpuinfo").write_text(XEON)
    monkeypatch.setattr(native_library, "_CPUINFO", tmp_path / "cpuinfo")
    keys.add(native_library.key_of(NATIVE, {}))
    assert len(keys) == 5


def test_the_record_lies_beside_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_library, "folder", lambda: tmp_path)
    assert native_library.built() is None
    build = Build(AVX2, "0.3.36", ("avx2",), "Xeon", "2026-11-27", "k")
    (tmp_path / "tanya-build.json").write_text(json.dumps(asdict(build)))
    assert native_library.built() == build
    (tmp_path / "tanya-build.json").write_text("[]")
    assert native_library.built() is None


# --- scripts/install: the real script, with a Python that only tells what it is asked ---

# What the installation is made anew for, in the order of the script.
STAMPED = (
    "pyproject.toml",
    "constraints.txt",
    "requirements.txt",
    "requirements-test.txt",
    "scripts/llama-library-only.cmake",
)
PYTHON = """#!/usr/bin/env bash
here=$(dirname "$0")
echo "$*" >>"$here/calls"
case "$*" in
  "-m rag.generation.proof")
    built=$(cat "$here/built" 2>/dev/null || echo native)
    [ "$built" = "$SOUND" ] && exit 0
    echo "Proses uji model mati (SIGSEGV); rinciannya di log."; exit 3;;
  "-m rag.generation.native_library next")
    case $(cat "$here/built" 2>/dev/null) in avx2) echo plain;; plain) echo;; *) echo avx2;; esac;;
  "-m rag.generation.native_library build "*) echo "${@: -1}" >"$here/built";;
esac
"""


@pytest.mark.parametrize(
    ("sound", "built", "code"),
    [("native", [], 0), ("avx2", ["avx2"], 0), ("plain", ["avx2", "plain"], 0), ("none", ["avx2", "plain"], 3)],
)
def test_a_proof_that_dies_is_survived_by_the_next_safer_build(
    tmp_path: Path, sound: str, built: list[str], code: int
) -> None:
    (tmp_path / "scripts").mkdir()
    for name in (*STAMPED, "scripts/install"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "scripts" / "install").chmod(0o755)
    fake = tmp_path / ".venv" / "bin"
    fake.mkdir(parents=True)
    for name, content in (("python", PYTHON), ("tanya", "#!/bin/sh\n")):
        (fake / name).write_text(content)
        (fake / name).chmod(0o755)
    stamp = f'cat {" ".join(STAMPED)} <(echo "$PWD") | sha256sum'
    digest = subprocess.check_output(["bash", "-c", stamp], cwd=tmp_path, text=True).split()[0]
    (tmp_path / ".venv" / ".installed-for").write_text(f"{digest}\n")
    finished = subprocess.run(
        ["scripts/install"], cwd=tmp_path, env=os.environ | {"SOUND": sound, "PYTHON": sys.executable},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    calls = (fake / "calls").read_text().splitlines()
    assert [call.rpartition(" ")[2] for call in calls if " build " in call] == built
    assert finished.returncode == code, finished.stderr
    last = finished.stderr.splitlines()[-1:] or [""]
    assert last[0].startswith("tanya: Proses uji model mati (SIGSEGV)") is (code == 3)
