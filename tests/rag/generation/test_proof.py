"""The proof: made in a process of its own, which may die in any way, and only when something has changed."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from installed import RIGHT, child, saying, stop_logging

from index.errors import ModelError
from rag import log
from rag.generation import native_library, proof
from rag.serving import loading
from rag.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation with a model of its own, and a library of one file."""
    (tmp_path / "own.gguf").write_text("a model")
    place = tmp_path / "llama_cpp"
    (place / "lib").mkdir(parents=True)
    (place / "lib" / "libllama.so").write_text("a library")
    monkeypatch.setattr(native_library, "folder", lambda: place)
    (tmp_path / "data").mkdir()
    return Settings(tmp_path / "data", tmp_path, llm_path=tmp_path / "own.gguf")


def test_it_is_made_once_and_again_when_processor_library_or_model_changes(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = child(saying(RIGHT), tmp_path)

    def runs() -> int:
        assert proof.ensure(settings, command).sound
        return len((tmp_path / "runs").read_text())

    assert (runs(), runs()) == (1, 1)
    (tmp_path / "llama_cpp" / "lib" / "libllama.so").write_text("another library")
    assert (runs(), runs()) == (2, 2)
    (tmp_path / "own.gguf").write_text("another model")
    assert (runs(), runs()) == (3, 3)
    monkeypatch.setattr(native_library, "processor_features", lambda: frozenset({"avx9"}))
    assert (runs(), runs()) == (4, 4)
    (settings.data_dir / "proof.json").write_text("torn")
    assert runs() == 5


@pytest.mark.parametrize(
    ("code", "told", "broken"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", r"mati \(SIGSEGV\)", True),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", r"mati \(SIGILL\)", True),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", r"mati \(SIGKILL\)", False),
        ("raise ImportError('libgomp')", r"mati \(kode 1\)", True),
        (saying({**RIGHT, "right": False}), "salah menyalin kalimat uji", True),
        (saying({"error": "Memori tersisa 10 MB."}) + "; raise SystemExit(1)", r"^Memori tersisa 10 MB\.$", False),
    ],
)
def test_a_model_that_cannot_be_trusted_is_one_line_and_nothing_is_loaded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, code: str, told: str, broken: bool
) -> None:
    monkeypatch.setattr(proof, "ensure", lambda settings, real=proof.ensure: real(settings, child(code)))
    with pytest.raises(ModelError, match=told) as refused:
        loading.open_llm(settings)
    assert "\n" not in str(refused.value)
    found = proof.recorded(settings)
    assert found is not None
    assert (found.sound, found.broken) == (False, broken)


def test_what_the_dead_process_said_is_in_the_log(settings: Settings) -> None:
    log.start(settings.data_dir)
    with pytest.raises(ModelError, match=r"tanya\.log"):
        proof.ensure(settings, child("raise ImportError('libgomp fehlt')"))
    assert "libgomp fehlt" in log.whole(settings.data_dir).decode()


def test_a_failure_is_tried_anew_and_forgotten_when_it_is_over(settings: Settings) -> None:
    with pytest.raises(ModelError):
        proof.ensure(settings, child("raise SystemExit(9)"))
    assert proof.ensure(settings, child(saying(RIGHT))).sound
    found = proof.recorded(settings)
    assert found is not None and found.sound


def test_what_is_proved_before_there_is_a_data_folder_counts_in_it(settings: Settings, tmp_path: Path) -> None:
    absent = replace(settings, data_dir=tmp_path / "none")
    assert proof.ensure(absent, child(saying(RIGHT))).sound
    assert not (tmp_path / "none").exists()
    assert proof.ensure(settings, child("raise SystemExit(9)")).sound


def test_a_library_of_another_processor_is_told_before_anything_is_run(settings: Settings, tmp_path: Path) -> None:
    record = {"variant": "native", "version": "", "features": ["avx9"], "processor": "Xeon", "date": ""}
    (tmp_path / "llama_cpp" / "tanya-build.json").write_text(json.dumps(record))
    with pytest.raises(ModelError, match="tidak ada avx9; jalankan: scripts/install"):
        proof.ensure(settings, child(saying(RIGHT), tmp_path))
    assert not (tmp_path / "runs").exists()


def test_the_script_says_that_it_proves_only_where_it_does(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable, path in settings.environment().items():
        monkeypatch.setenv(variable, path)
    monkeypatch.setattr(proof, "ensure", lambda settings, real=proof.ensure: real(settings, child(saying(RIGHT))))
    told = []
    for _ in range(2):
        assert proof.main([]) == proof.SOUND
        told.append(capsys.readouterr())
        stop_logging()
    assert [(said.out, said.err.count("Menguji model")) for said in told] == [("", 1), ("", 0)]


@pytest.mark.models
def test_the_real_model_copies_the_sentence(real_settings: Settings, tmp_path: Path) -> None:
    settings = replace(real_settings, data_dir=tmp_path)
    assert proof.prove(settings).reason == ""
    kept = proof.recorded(settings)
    assert kept is not None and kept.sound
    assert os.listdir(tmp_path) == ["proof.json"]
