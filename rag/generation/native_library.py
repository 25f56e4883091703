"""The language model's library as it was compiled: for which processor, in which variant; and compiling it anew.

A library compiled for one processor dies on another with an illegal instruction: a virtual environment that was copied
or mounted, a container that hides AVX-512. So what it was compiled for is kept beside it, and compared before it is
loaded. ``python -m rag.generation.native_library build VARIANT`` compiles it (scripts/install), from the safest guess
that is fast to the safest there is:

| variant | instructions |
|---|---|
| native | all that this processor has, but AMX (scripts/llama-library-only.cmake says why) |
| avx2 | AVX2, FMA, F16C, BMI2: Intel since 2013, AMD since 2015 |
| plain | those of every 64-bit processor |

A wheel is kept in the user's cache folder under all that it depends on. pip's own cache does not know of compiler
options: it would give back the wheel of another processor, so it is passed by. No heavy library is imported here.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from importlib import invalidate_caches
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from index.errors import ModelError

PACKAGE = "llama-cpp-python"
NATIVE, AVX2, PLAIN = VARIANTS = ("native", "avx2", "plain")
_RECORD = "tanya-build.json"
_ROOT = Path(__file__).parents[2]
_CPUINFO = Path("/proc/cpuinfo")
_AVX2_FLAGS = frozenset("sse4_1 sse4_2 popcnt avx avx2 fma f16c bmi1 bmi2".split())
# Extensions that a compiler uses by itself under -march=native; the kernel lists them by these names.
_COMPILER_FLAGS = _AVX2_FLAGS | frozenset(
    "pni ssse3 sse4a movbe abm gfni avx_vnni avx_vnni_int8 avx_ifma fma4 xop "
    "avx512f avx512bw avx512cd avx512dq avx512vl avx512ifma avx512vbmi avx512_vbmi2 avx512_vnni avx512_bitalg "
    "avx512_vpopcntdq avx512_bf16 avx512_fp16 avx512_vp2intersect "
    "asimd asimdhp asimddp fphp i8mm bf16 svebf16 svei8mm sve sve2 sme atomics".split()
)
_GGML = "SSE42 AVX AVX2 BMI2 FMA F16C".split()
_NO_NATIVE = "-DGGML_NATIVE=OFF -DGGML_AVX512=OFF"
_OPTIONS = {
    NATIVE: "",
    AVX2: " ".join([_NO_NATIVE, *(f"-DGGML_{name}=ON" for name in _GGML)]),
    PLAIN: " ".join([_NO_NATIVE, *(f"-DGGML_{name}=OFF" for name in _GGML)]),
}


@dataclass(frozen=True)
class Build:
    """How the library beside this record was compiled; ``features`` are those it needs of a processor."""

    variant: str
    version: str
    features: tuple[str, ...]
    processor: str
    date: str
    key: str = ""  # of all that compiling depended on


def processor_features() -> frozenset[str]:
    """Return what this processor can do, by the kernel's names; empty where the system does not tell."""
    return frozenset(_cpuinfo("flags", "Features").split())


def processor_name() -> str:
    """Return the processor's name, as it calls itself."""
    return _cpuinfo("model name") or platform.machine()


def needed(variant: str, features: frozenset[str]) -> tuple[str, ...]:
    """Return the features that a library compiled here in this variant will need of a processor.

    >>> needed(PLAIN, frozenset({"avx", "avx2"})), needed(NATIVE, frozenset({"avx", "fpu"}))
    ((), ('avx',))
    """
    needs = {NATIVE: features & _COMPILER_FLAGS, AVX2: _AVX2_FLAGS & features, PLAIN: frozenset[str]()}
    return tuple(sorted(needs[variant]))


def folder() -> Path | None:
    """Return the folder of the installed library, None where there is none; nothing of it is loaded."""
    spec = find_spec("llama_cpp")
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def files() -> list[Path]:
    """Return the library's compiled files, by name."""
    place = folder()
    return sorted(path for path in place.rglob("*.so*") if path.is_file()) if place else []


def built() -> Build | None:
    """Return how the library was compiled, None where that was not kept."""
    place = folder()
    try:
        found = json.loads((place / _RECORD).read_text("utf-8")) if place else {}
        return Build(**{**found, "features": tuple(found["features"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check(build: Build | None, features: frozenset[str]) -> None:
    """Raise ModelError where the library needs of a processor what this one cannot do.

    Where either is not known nothing is said: the proof that follows loads it in a process of its own.

    >>> check(Build("native", "0.3", ("avx512f", "avx2"), "Xeon", ""), frozenset({"avx2"}))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    index.errors.ModelError: Pustaka model dikompilasi untuk prosesor lain (Xeon): di sini tidak ada avx512f; ...
    """
    lacking = sorted(set(build.features) - features) if build and features else []
    if build and lacking:
        raise ModelError(
            f"Pustaka model dikompilasi untuk prosesor lain ({build.processor}): di sini tidak ada "
            f"{', '.join(lacking)}; jalankan: scripts/install"
        )


def key_of(variant: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the digest of all that a library compiled here and now depends on."""
    include = _ROOT / "scripts" / "llama-library-only.cmake"
    depends = (
        _OPTIONS[variant],
        needed(variant, processor_features()),
        environment.get("CMAKE_ARGS", ""),
        include.read_text("utf-8"),
        _pinned(_ROOT / "constraints.txt"),
        platform.machine(),
        _compiler(),
    )
    return hashlib.sha256(json.dumps(depends).encode()).hexdigest()[:16]


def next_variant(build: Build | None, features: frozenset[str]) -> str | None:
    """Return what to compile after a proof that failed, None after the safest.

    >>> next_variant(None, frozenset()), next_variant(Build("avx2", "", (), "", ""), frozenset())
    ('native', 'plain')
    """
    if build is None or build.variant not in VARIANTS or set(build.features) - features:
        return NATIVE  # compiled elsewhere, or nobody knows how
    return dict(pairwise(VARIANTS)).get(build.variant)


def build(variant: str, environment: Mapping[str, str] = os.environ) -> None:
    """Compile the library in this variant, or take the wheel compiled before, and install it into this Python.

    pip's words go to stdout; CalledProcessError where it fails.
    """
    include = _ROOT / "scripts" / "llama-library-only.cmake"
    options = f"-DLLAVA_BUILD=OFF '-DCMAKE_PROJECT_llama.cpp_INCLUDE={include}' {_OPTIONS[variant]}"
    options = f"{options} {environment.get('CMAKE_ARGS', '')}".strip()
    constraints = _ROOT / "constraints.txt"
    features = needed(variant, processor_features())
    key = key_of(variant, environment)
    wheels = _cache(environment) / "tanya-arsip" / "wheels" / key
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    if not list(wheels.glob("*.whl")):
        settings = {**environment, "CMAKE_ARGS": options}
        build_it = [*pip, "wheel", "--no-cache-dir", "--no-deps", "-c", str(constraints), "-w", str(wheels), PACKAGE]
        subprocess.run(build_it, check=True, env=settings)
    # The wheel's own dependencies first, then the wheel whatever is installed already.
    (wheel,) = sorted(wheels.glob("*.whl"))[-1:]
    subprocess.run([*pip, "install", "-c", str(constraints), str(wheel)], check=True)
    subprocess.run([*pip, "install", "--force-reinstall", "--no-deps", str(wheel)], check=True)
    record = Build(
        variant=variant,
        version=wheel.name.split("-")[1],
        features=features,
        processor=processor_name(),
        date=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        key=key,
    )
    invalidate_caches()
    place = folder()
    assert place is not None  # it was installed just now
    (place / _RECORD).write_text(json.dumps(asdict(record), indent=1), "utf-8")


def _pinned(constraints: Path) -> str:
    return next(line for line in constraints.read_text("utf-8").splitlines() if line.startswith(PACKAGE))


def _compiler() -> str:
    if shutil.which("c++") is None:
        return ""
    told = subprocess.run(["c++", "--version"], capture_output=True, text=True, check=False)
    return told.stdout.partition("\n")[0]


def _cache(environment: Mapping[str, str]) -> Path:
    # Not by platformdirs: it is installed after this.
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _cpuinfo(*names: str) -> str:
    """Return the first of these fields; the file is read no further, it has a part for each of a hundred cores."""
    try:
        with _CPUINFO.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                name, _, value = line.partition(":")
                if name.strip() in names:
                    return value.strip()
    except OSError:
        pass
    return ""


def main(arguments: list[str]) -> int:
    """``build VARIANT``: compile and install. ``current``: exit 1 where the library is none of this script's, as it is
    now, for this processor. ``next``: the variant to try when the proof has failed, nothing where none is left.
    """
    if arguments[:1] == ["build"] and arguments[1:2] and arguments[1] in VARIANTS:
        build(arguments[1])
        return 0
    if arguments == ["current"]:
        found, features = built(), processor_features()
        current = found is not None and not set(found.features) - features and found.key == key_of(found.variant)
        return 0 if current else 1
    if arguments == ["next"]:
        print(next_variant(built(), processor_features()) or "")
        return 0
    print(f"python -m rag.generation.native_library current | next | build {'|'.join(VARIANTS)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
