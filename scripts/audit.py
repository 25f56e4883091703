"""Which pinned versions have known faults, by a saved file of advisories: nothing is asked of the network.

    .venv/bin/python scripts/audit.py check SAVED            a line for each fault; exit 1 where there is one
    .venv/bin/python scripts/audit.py serve SAVED            answer pip-audit instead of api.osv.dev
    pip-audit --disable-pip --no-deps -r requirements.txt -s osv --osv-url http://127.0.0.1:8765/v1/query

SAVED holds advisories in the OSV format (https://ossf.github.io/osv-schema/): the export of OSV for PyPI, `all.zip`, as
it is, a folder of its files, or one of them. Only what is listed there is known: how new it is, is told.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "constraints.txt"
PORT = 8765
_MAX_QUERY_BYTES = 64 * 1024
Advisory = dict[str, Any]


class NotReadable(Exception):
    """The saved file is no file of advisories; the message says what to do."""


def pinned(text: str) -> dict[str, str]:
    """Return canonical name → version of a list of pins.

    >>> pinned("PyStemmer==3.0 ; python_version >= '3.11'")
    {'pystemmer': '3.0'}
    """
    return {
        canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, flags=re.M)
    }


class Advisories:
    """The advisories of a saved file, by package. Raises NotReadable where it holds none."""

    def __init__(self, saved: Path) -> None:
        self._of: dict[str, list[Advisory]] = defaultdict(list)
        self.count, self.newest = 0, ""
        try:
            for name, content in _files(saved):
                self._take(name, content)
        except (OSError, zipfile.BadZipFile) as error:
            raise NotReadable(f"{saved} cannot be read ({error}); save OSV's export for PyPI, all.zip, anew") from error
        if not self.count:
            raise NotReadable(f"{saved} holds no advisory for PyPI; save OSV's export for PyPI, all.zip")

    def _take(self, name: str, content: bytes) -> None:
        try:
            told = json.loads(content)
            names = {canonicalize_name(one["package"]["name"]) for one in told.get("affected", ()) if _is_ours(one)}
            self.newest = max(self.newest, told.get("modified", ""))
            told["id"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotReadable(f"{name} is no advisory in the OSV format ({error}); save the export anew") from error
        self.count += bool(names)
        for package in names:
            self._of[package].append(told)

    def of(self, name: str, version: str) -> list[Advisory]:
        """Return those that a version of a package is affected by, in the order of their ids."""
        found = [
            one
            for one in self._of.get(canonicalize_name(name), ())
            if not one.get("withdrawn")
            and any(
                is_affected(part, version)
                for part in one["affected"]
                if _is_ours(part) and canonicalize_name(part["package"]["name"]) == canonicalize_name(name)
            )
        ]
        return sorted(found, key=lambda one: str(one["id"]))


def _files(saved: Path) -> Iterator[tuple[str, bytes]]:
    if saved.is_dir():
        for path in sorted(saved.rglob("*.json")):
            yield str(path), path.read_bytes()
    elif zipfile.is_zipfile(saved):
        with zipfile.ZipFile(saved) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    yield f"{saved}: {name}", archive.read(name)
    else:
        yield str(saved), saved.read_bytes()


def _is_ours(part: Advisory) -> bool:
    return bool(part.get("package", {}).get("ecosystem") == "PyPI")


def is_affected(part: Advisory, version: str) -> bool:
    """Tell whether a version is among those of an entry of ``affected``, as the OSV format defines it.

    >>> fixed = {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.10"}]}]}
    >>> is_affected(fixed, "2.9"), is_affected(fixed, "2.10")
    (True, False)
    """
    asked = Version(version)
    if any(_version(one) == asked for one in part.get("versions", ())):
        return True
    ranges = [one["events"] for one in part.get("ranges", ()) if one.get("type") in ("ECOSYSTEM", "SEMVER")]
    return any(_is_within(events, asked) for events in ranges)


def _version(text: str) -> Version | None:
    """Return a version, None for one of before PEP 440: those come before all others."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _is_within(events: list[dict[str, str]], asked: Version) -> bool:
    """subtle: of two events at one version the one that ends a range comes first, as it may begin another there."""
    order = {"fixed": 0, "limit": 0, "introduced": 1, "last_affected": 2}
    at = [(_version(value), kind, value) for one in events for kind, value in one.items()]
    at.sort(key=lambda one: (one[0] is not None, one[0] or asked, order[one[1]]))
    affected = False
    for version, kind, value in at:
        reached = version is None or asked >= version or value == "0"
        if kind == "introduced":
            affected = affected or reached
        elif reached and value != "*" and (kind != "last_affected" or asked != version):
            affected = False
    return affected


def faults(advisories: Advisories, pins: dict[str, str]) -> list[str]:
    """Return a line for each advisory that a pinned version is affected by."""
    lines = []
    for name, version in sorted(pins.items()):
        for one in advisories.of(name, version):
            ids = ", ".join([one["id"], *one.get("aliases", ())])
            about = " ".join(str(one.get("summary") or one.get("details") or "").split())[:200]
            lines.append(f"{name} {version}: {ids}: {about}")
    return lines


def server(advisories: Advisories, port: int) -> ThreadingHTTPServer:
    """Return a server on the loopback address that answers ``POST /v1/query`` as OSV does."""

    class Query(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                length = int(self.headers.get("content-length", 0))
                asked = json.loads(self.rfile.read(min(length, _MAX_QUERY_BYTES)))
                found = advisories.of(asked["package"]["name"], asked["version"])
            except (ValueError, KeyError, TypeError):
                self.send_error(400)
                return
            body = json.dumps({"vulns": found} if found else {}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing of each question."""

    return ThreadingHTTPServer(("127.0.0.1", port), Query)


def main() -> int:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("check", "serve"))
    parser.add_argument("saved", type=Path)
    parser.add_argument("--pins", type=Path, default=PINS, help="the list of versions (constraints.txt)")
    parser.add_argument("--port", type=int, default=PORT)
    options = parser.parse_args()
    try:
        advisories = Advisories(options.saved)
    except NotReadable as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{advisories.count} advisories, the newest changed {advisories.newest or 'at no known time'}", flush=True)
    if options.action == "serve":
        with server(advisories, options.port) as serving:
            print(f"http://127.0.0.1:{serving.server_port}/v1/query", flush=True)
            try:
                serving.serve_forever()
            except KeyboardInterrupt:
                return 0
    pins = pinned(options.pins.read_text("utf-8"))
    found = faults(advisories, pins)
    print("\n".join(found) or f"none of them is about one of the {len(pins)} pinned versions")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
