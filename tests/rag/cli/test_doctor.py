"""``tanya doctor``: exit 0 on a sound machine, 1 and the reason in one line on each thing that can be wrong."""

import hashlib
import json
import logging
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fake_llama_server import FakeLlamaServer, PromptEncoder
from installed import RIGHT, child, flip_one_byte, saying, stop_logging

from rag import log
from rag.cli import parser
from rag.generation import native_library, proof
from rag.models import registry
from rag.models.registry import Model, ModelFile

ROOT = Path(__file__).parents[3]
REAL_PROVE = proof.prove


class Machine:
    """An installation of small files, sound until something is done to it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.data, self.models, self.library = folder / "data", folder / "models", folder / "llama_cpp"
        self.patch, self._capsys = monkeypatch, capsys
        (self.library / "lib").mkdir(parents=True)
        (self.library / "lib" / "libllama.so").write_text("a library")
        monkeypatch.setattr(native_library, "folder", lambda: self.library)
        for name, real in (("LLM", registry.LLM), ("EMBEDDER", registry.EMBEDDER)):
            monkeypatch.setattr(registry, name, self._small(real))
        self.proves(saying(RIGHT))

    def _small(self, real: Model) -> Model:
        content = real.name.encode() * 100
        path = self.models / real.files[0].path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return replace(real, files=(ModelFile(real.files[0].path, len(content), hashlib.sha256(content).hexdigest()),))

    @property
    def llm(self) -> Path:
        return self.models / registry.LLM.files[0].path

    def proves(self, code: str) -> None:
        real = REAL_PROVE
        self.patch.setattr(proof, "prove", lambda settings: real(settings, child(code)))

    def doctor(self, *options: str) -> tuple[int, str, list[str]]:
        code = parser.main(["doctor", "--data", str(self.data), "--models", str(self.models), *options])
        stop_logging()
        out, err = self._capsys.readouterr()
        return code, out, err.splitlines()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Machine:
    return Machine(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("made", [False, True])
def test_a_sound_machine(machine: Machine, made: bool) -> None:
    if made:
        machine.data.mkdir()
    code, out, err = machine.doctor("--json")
    told = json.loads(out)
    assert (code, err, told["sound"], told["problems"]) == (0, [], True, [])
    assert told["models"][registry.LLM.name] == registry.LLM.files[0].sha256
    assert told["processor"]["usable_cores"] == len(os.sched_getaffinity(0))
    assert told["data"]["writable"] is True
    assert told["memory"]["needed_mb"] < told["memory"]["available_mb"]
    assert told["proof"]["sound"] is True
    assert told["versions"]["tanya-arsip"]
    assert machine.doctor()[0] == 0


def test_the_last_errors_are_told(machine: Machine) -> None:
    log.start(machine.data)
    try:
        raise OSError(28, "No space left on device")
    except OSError:
        logging.getLogger("tanya.answer").exception("failed")
    _, out, _ = machine.doctor("--json")
    (error,) = json.loads(out)["last_errors"]
    assert "part=answer event=failed" in error
    assert error.endswith("OSError: [Errno 28] No space left on device")


def missing(machine: Machine) -> None:
    machine.llm.unlink()


def flipped(machine: Machine) -> None:
    assert machine.doctor()[0] == 0  # hashed and found right
    times = machine.llm.stat()
    flip_one_byte(machine.llm)
    os.utime(machine.llm, ns=(times.st_atime_ns, times.st_mtime_ns))  # nothing else shows it


def other_processor(machine: Machine) -> None:
    record = {"variant": "native", "version": "", "features": ["avx9"], "processor": "Xeon", "date": ""}
    (machine.library / "tanya-build.json").write_text(json.dumps(record))


def no_memory(machine: Machine) -> None:
    machine.patch.setattr("rag.models.memory.available_bytes", lambda: 100_000_000)


def read_only(machine: Machine) -> None:
    machine.data = Path("/proc/tanya")  # where root may not write either


def full(machine: Machine) -> None:
    machine.patch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1_000_000}))


def dying(machine: Machine) -> None:
    machine.proves("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        (missing, "tidak ada; jalankan: tanya models fetch"),
        (flipped, "berbeda dari aslinya"),
        (other_processor, "di sini tidak ada avx9; jalankan: scripts/install"),
        (no_memory, "Memori tersisa 100 MB"),
        (read_only, "Folder data /proc/tanya tidak dapat ditulis"),
        (full, "Ruang disk di"),
        (dying, "Proses uji model mati (SIGSEGV)"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_1(machine: Machine, done: Callable[[Machine], None], reason: str) -> None:
    done(machine)
    code, out, err = machine.doctor("--json")
    assert code == 1
    (line,) = err
    assert line.startswith("tanya: ")
    assert reason in line
    told = json.loads(out)
    assert told["sound"] is False
    assert [problem for problem in told["problems"] if reason in problem] == told["problems"]  # and nothing else


def test_servers_that_compute_are_asked_and_nothing_is_proved_here(machine: Machine) -> None:
    with FakeLlamaServer({}, PromptEncoder([]), slots=3) as one, FakeLlamaServer({}, PromptEncoder([])) as two:
        catalogue = {"n_vocab": 151_936, "n_params": 1_777_088_000, "size": 1_111_370_240}
        one.model, two.model = catalogue, {**catalogue, "n_params": 7}
        machine.patch.setenv("TANYA_LLM", f"{one.address},{two.address}")
        code, out, err = machine.doctor("--json")
        told = json.loads(out)
        assert (told[one.address]["slots"], told[one.address]["context_tokens"]) == (3, 4096)
        assert (code, told["proof"]) == (1, None)
        assert f"tanya: {two.address} memuat model lain (uji: 7 parameter" in err[0]
        two.model = catalogue
        machine.patch.setattr("rag.models.memory.available_bytes", lambda: 300_000_000)  # no weights are loaded
        assert machine.doctor("--json")[0] == 0
    code, _, err = machine.doctor("--json")
    assert code == 1
    assert "tidak berjalan (sambungan ditolak) (dan 1 masalah lain)" in err[0]


def test_too_little_memory_for_this_process(tmp_path: Path) -> None:
    """The real command, held to less memory than the model takes."""
    (tmp_path / "own.gguf").write_text("a model")
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "modules.json").write_text("[]")
    environment = {"TANYA_LLM": str(tmp_path / "own.gguf"), "TANYA_EMBEDDER": str(tmp_path / "encoder")}
    limit = 700 * 1024**2
    finished = subprocess.run(
        [sys.executable, "-m", "rag.cli", "doctor", "--data", str(tmp_path / "data")],
        capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | environment,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert line.startswith("tanya: Memori tersisa")


def test_a_data_folder_mounted_read_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
    alone = ["unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh", str(data)]
    try:
        usable = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        usable = False
    if not usable:
        pytest.skip("this machine does not let a test mount a folder (needs unshare and mount)")
    finished = subprocess.run(
        [*alone, sys.executable, "-m", "rag.cli", "doctor", "--data", str(data), "--models", str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert finished.returncode == 1
    assert f"Folder data {data} tidak dapat ditulis (Read-only file system)" in finished.stdout
    assert len([line for line in finished.stderr.splitlines() if line.startswith("tanya: Folder data")]) == 1


@pytest.mark.models
def test_this_installation_is_sound(real_settings: object, tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "rag.cli", "doctor", "--json", "--data", str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    told = json.loads(finished.stdout)
    assert told["proof"]["sound"] is True
    assert told["models"][registry.LLM.name] == registry.LLM.files[0].sha256
