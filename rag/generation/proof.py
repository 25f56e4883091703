"""Proof before trust: a process of its own loads the model and says words that are known, before anybody relies on it.

A library that was compiled wrongly, a model file that is torn where no digest looks, a processor that cannot do what
was asked of it: each ends that process, not the page. What it found is kept under all that it depends on (processor,
library, model), so that nothing is paid while nothing changes.

    python -m rag.generation.proof        proves where it is not proved yet: exit 0 sound, 1 not usable now, 3 compile
    it anew
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from index.errors import ModelError, TanyaError
from rag import log
from rag.generation import native_library
from rag.models.registry import LLM, Located, locate_llm
from rag.settings import Settings

_FILE = "proof.json"
_LIBRARY_FILE = "tanya-proof.json"  # beside the library: what scripts/install proved, before there is a data folder
_KEPT = 8  # of as many machines or models that share a folder
_TIMEOUT_S = 900.0  # the plain build on a busy machine; alone the native one takes 3 to 8 s
_SAID_BYTES = 4000
COMMAND = (sys.executable, "-m", "rag.generation.proof", "--child")
SOUND, UNUSABLE, BROKEN = 0, 1, 3
# Copying a sentence is what a small model does the same way on every processor; of a model of the user's own only
# that it says something is known.
SENTENCE = "Burung camar terbang di atas pelabuhan Tuban."
_SYSTEM = "Salin teks pengguna persis."
_MAX_TOKENS = 24
_log = logging.getLogger("tanya.proof")


@dataclass(frozen=True)
class Proof:
    """What the proof found; ``broken`` where the library is at fault, and not, say, too little memory just now."""

    sound: bool
    broken: bool
    reason: str
    date: str
    duration_s: float


def ensure(settings: Settings, command: Sequence[str] = COMMAND) -> Proof:
    """Return the proof of this processor, library and model, made now where it was not made yet.

    Raises ModelError, one line, where the model cannot be trusted; what is not sound is proved anew each time.
    """
    native_library.check(native_library.built(), native_library.processor_features())
    located = locate_llm(settings)
    key = key_of(located)
    for path in _places(settings):
        known = _read(path).get(key)
        if known is not None and known.sound:
            return known
    found = prove(settings, command)
    if not found.sound:
        raise ModelError(found.reason)
    return found


def prove(settings: Settings, command: Sequence[str] = COMMAND) -> Proof:
    """Make the proof now, whatever is known, and keep what it found."""
    located = locate_llm(settings)
    began = time.monotonic()
    broken, reason = _run(settings, command)
    date = datetime.now(timezone.utc).isoformat(timespec="seconds")
    proof = Proof(not reason, broken and bool(reason), reason, date, round(time.monotonic() - began, 1))
    _keep(settings, key_of(located), proof)
    told = log.fields(sound=proof.sound, reason=reason, duration_s=proof.duration_s, model=located.name)
    _log.log(logging.INFO if proof.sound else logging.ERROR, "proved", extra=told)
    return proof


def recorded(settings: Settings) -> Proof | None:
    """Return what the last proof of this processor, library and model found; nothing is loaded or run."""
    try:
        key = key_of(locate_llm(settings))
    except ModelError:
        return None
    found = [proof for path in _places(settings) if (proof := _read(path).get(key))]
    return max(found, key=lambda proof: proof.date, default=None)


def key_of(model: Located) -> str:
    """Return the digest of all that a proof depends on; the library's files count by size and time, to cost nothing."""
    parts = [
        platform.machine(),
        native_library.processor_name(),
        *sorted(native_library.processor_features()),
        model.digest,
    ]
    for path in native_library.files():
        stat = path.stat()
        parts.append(f"{path.name} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _run(settings: Settings, command: Sequence[str]) -> tuple[bool, str]:
    """Run the process; return whether the library is at fault, and the reason in one line ("" when sound)."""
    where = log.log_path(settings.data_dir)
    advice = f"rinciannya di {where}. Jalankan: scripts/install, lalu: tanya doctor"
    try:
        done = subprocess.run(
            command, env={**os.environ, **settings.environment(), "TANYA_THREADS": str(settings.threads)},
            cwd=Path(__file__).parents[2], stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT_S,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False, f"Uji model tidak selesai dalam {_TIMEOUT_S:.0f} detik; {advice}"
    except OSError as error:
        return False, f"Uji model tidak dapat dimulai ({error.strerror}); jalankan: tanya doctor"
    try:
        told = json.loads(done.stdout)
    except ValueError:
        told = {}
    if done.returncode == 0 and told.get("said") is not None:
        return True, "" if told["right"] else f"Model {told['model']} salah menyalin kalimat uji; {advice}"
    if told.get("error"):
        return False, str(told["error"])
    last = done.stderr[-_SAID_BYTES:].decode("utf-8", "replace")
    _log.error("died", extra=log.fields(code=done.returncode, stderr=last))
    killed = done.returncode == -signal.SIGKILL  # by the system, for want of memory
    return not killed, f"Proses uji model mati ({_ending(done.returncode)}); {advice}"


def _ending(code: int) -> str:
    """Return how a process ended.

    >>> _ending(-11), _ending(1)
    ('SIGSEGV', 'kode 1')
    """
    try:
        return signal.Signals(-code).name if code < 0 else f"kode {code}"
    except ValueError:
        return f"sinyal {-code}"


def _places(settings: Settings) -> list[Path]:
    beside = native_library.folder()
    return [settings.data_dir / _FILE, *([beside / _LIBRARY_FILE] if beside else [])]


def _read(path: Path) -> dict[str, Proof]:
    try:
        return {key: Proof(**value) for key, value in json.loads(path.read_text("utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _keep(settings: Settings, key: str, proof: Proof) -> None:
    """Keep it in the data folder, and beside the library where no data folder is made yet."""
    own, *beside = _places(settings)
    path = own if own.parent.is_dir() or not beside else beside[0]
    kept = dict([*((old, value) for old, value in _read(path).items() if old != key), (key, proof)][-_KEPT:])
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        partial.write_text(json.dumps({old: asdict(value) for old, value in kept.items()}, indent=1), "utf-8")
        os.replace(partial, path)
    except OSError:
        _log.warning("not-kept", exc_info=True)  # a folder that is read only costs a proof at each start


def same_words(said: str, sentence: str) -> bool:
    """Tell whether a text holds these words in this order, whatever its letter case and marks.

    >>> same_words("“BURUNG camar terbang di atas pelabuhan Tuban”", SENTENCE), same_words("Burung terbang.", SENTENCE)
    (True, False)
    """
    return " ".join(re.findall(r"\w+", sentence.lower())) in " ".join(re.findall(r"\w+", said.lower()))


def _child() -> int:
    """Load the model, have it copy the sentence, and tell in one line of JSON."""
    import faulthandler

    from rag.generation.llama import LlamaChat
    from rag.settings import go_offline

    faulthandler.enable()
    go_offline()
    try:
        settings = Settings.load()
        located = locate_llm(settings)
        model = LlamaChat(located.path, located.name, settings.threads)
        messages = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": SENTENCE}]
        said = "".join(model.stream(messages, _MAX_TOKENS))
    except TanyaError as error:
        print(json.dumps({"error": str(error)}))
        return 1
    right = same_words(said, SENTENCE) if located.digest == LLM.files[0].sha256 else bool(said.strip())
    print(json.dumps({"said": said, "right": right, "model": located.name}))
    return 0


def main(arguments: list[str]) -> int:
    """As ``scripts/install`` runs it; the reason is one line on stdout."""
    if arguments == ["--child"]:
        return _child()
    settings = Settings.load()
    log.start(settings.data_dir, with_text=settings.log_text)
    try:
        native_library.check(native_library.built(), native_library.processor_features())
    except ModelError as error:
        print(error)
        return BROKEN
    known = recorded(settings)
    if known is None or not known.sound:
        # The plain build takes minutes on a busy machine; silence for so long looks like a fault.
        print("== Menguji model bahasa (beberapa detik; pustaka tanpa AVX2 beberapa menit)", file=sys.stderr)
    try:
        ensure(settings)
    except TanyaError as error:
        print(error)
        last = recorded(settings)
        # Compiling anew helps a library that is at fault, not a model of the user's own.
        return BROKEN if last is not None and last.broken and settings.llm_path is None else UNUSABLE
    return SOUND


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
