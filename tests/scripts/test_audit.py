"""Known faults of the pinned versions, by a saved file: what is affected, what is not, and pip-audit's question."""

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_spec = spec_from_file_location("audit", ROOT / "scripts" / "audit.py")
assert _spec is not None and _spec.loader is not None
audit = module_from_spec(_spec)
_spec.loader.exec_module(audit)


def advisory(id: str, package: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    """A made-up advisory in the OSV format."""
    part = {"package": {"ecosystem": "PyPI", "name": package}, "ranges": [{"type": "ECOSYSTEM", "events": [*events]}]}
    told = {"id": id, "modified": "2026-01-02T03:04:05Z", "summary": "Berkas\nburuk", "aliases": [f"CVE-{id}"]}
    return told | {"affected": [part]} | more


def saved(folder: Path, *advisories: dict[str, Any]) -> Path:
    """As OSV exports them: a ZIP archive with a file each."""
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for one in advisories:
            archive.writestr(f"{one['id']}.json", json.dumps(one))
    return path


def check(file: Path, pins: Path) -> tuple[int, str, str]:
    command = [sys.executable, "scripts/audit.py", "check", str(file), "--pins", str(pins)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    path = tmp_path / "constraints.txt"
    path.write_text(
        '# of a test\nRuamel.Yaml_clib==1.9 ; python_version >= "3.11"\nlxml==6.0.1 \\\n    --hash=sha256:0\n'
    )
    return path


def test_an_advisory_that_hits_is_told_and_one_that_does_not_is_not(tmp_path: Path, pins: Path) -> None:
    file = saved(
        tmp_path,
        advisory("A-1", "ruamel.yaml-clib", {"introduced": "0"}, {"fixed": "1.10"}),
        advisory("A-2", "ruamel.yaml-clib", {"introduced": "0"}, {"fixed": "1.9"}),
        advisory("A-3", "lxml", {"introduced": "6.1"}),
        advisory("A-4", "lxml", {"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z"),
        advisory("A-5", "lxm", {"introduced": "0"}),
    )
    assert check(file, pins) == (
        1,
        "5 advisories, the newest changed 2026-01-02T03:04:05Z\nruamel-yaml-clib 1.9: A-1, CVE-A-1: Berkas buruk\n",
        "",
    )


def test_nothing_known_is_said_so(tmp_path: Path, pins: Path) -> None:
    code, out, _ = check(saved(tmp_path, advisory("A-3", "lxml", {"introduced": "6.1"})), pins)
    assert (code, out.splitlines()[-1]) == (0, "none of them is about one of the 2 pinned versions")


def test_the_pins_of_this_program_are_all_read() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert len(audit.pinned(text)) == len([line for line in text.splitlines() if line and line[0] not in "# "])
    assert {"torch", "streamlit", "pdfminer-six", "ast-serialize"} <= audit.pinned(text).keys()


@pytest.mark.parametrize(
    ("version", "affected"),
    [("0.1", True), ("1.0rc1", True), ("1.0", False), ("1.5", False), ("2.0", True), ("2.3", True), ("2.3.1", False)],
)
def test_ranges_may_begin_again(version: str, affected: bool) -> None:
    events = [{"last_affected": "2.3"}, {"introduced": "2.0"}, {"fixed": "1.0"}, {"introduced": "0"}]
    assert audit.is_affected({"ranges": [{"type": "ECOSYSTEM", "events": events}]}, version) is affected


def test_listed_versions_and_what_was_named_before_there_were_rules() -> None:
    assert audit.is_affected({"versions": ["2004d", "1.0.0"]}, "1.0")
    assert not audit.is_affected({"versions": ["2004d"]}, "1.0")
    old = {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "2004d"}, {"fixed": "1.1"}]}]}
    assert audit.is_affected(old, "1.0") and not audit.is_affected(old, "1.1")
    assert not audit.is_affected({"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, "1.0")


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04torn", b"[]", b'{"affected": []}', b'{"affected": [{"package": 1}]}']
)
def test_a_file_that_is_none_is_one_line(tmp_path: Path, pins: Path, content: bytes) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(content)
    code, out, err = check(file, pins)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert str(file) in err and "save" in err


def test_pip_audit_is_answered_as_by_osv(tmp_path: Path) -> None:
    one = advisory("A-1", "Lxml", {"introduced": "0"}, {"fixed": "7"})
    serving = audit.server(audit.Advisories(saved(tmp_path, one)), 0)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{serving.server_port}/v1/query"
    try:
        ask = {"package": {"name": "lxml", "ecosystem": "PyPI"}, "version": "6.0.1"}
        assert _posted(url, ask) == {"vulns": [one]}
        assert _posted(url, ask | {"version": "7.0"}) == {}
        with pytest.raises(urllib.error.HTTPError, match="400") as caught:
            _posted(url, {"package": 1})
        caught.value.close()
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


def _posted(url: str, asked: object) -> Any:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(urllib.request.Request(url, json.dumps(asked).encode()), timeout=10) as answer:
        return json.load(answer)
