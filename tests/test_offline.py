"""The promise: nothing leaves the machine. Run where there is no network but loopback, and watched."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from browser import CHROMIUM, ROOT
from installed import keep_in

pytestmark = pytest.mark.models
# A namespace of its own with nothing in it but a loopback interface, which has to be brought up.
ALONE = ["unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def alone(*command: object, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ALONE, *map(str, command)], capture_output=True, text=True, check=False, cwd=ROOT, timeout=timeout
    )


@pytest.fixture(scope="module")
def data(real_settings: object, prompt_states: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        usable = alone("true").returncode == 0
    except FileNotFoundError:
        usable = False
    if not usable:
        pytest.skip("this machine does not let a test make a network namespace (needs unshare and ip)")
    folder = keep_in(prompt_states, tmp_path_factory.mktemp("offline"))
    finished = alone(sys.executable, "-m", "rag.cli", "index", ROOT / "articles", "--data", folder)
    assert finished.returncode == 0, finished.stderr
    assert "10 artikel baru" in finished.stdout
    return folder


def test_the_namespace_is_cut_off() -> None:
    probe = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"
    try:
        finished = alone(sys.executable, "-c", probe)
    except FileNotFoundError:
        pytest.skip("unshare is not here")
    assert finished.returncode != 0


def test_ask_without_a_network(data: Path) -> None:
    finished = alone(sys.executable, "-m", "rag.cli", "ask", "Apa itu BerAKHLAK?", "--json", "--data", data)
    assert finished.returncode == 0, finished.stderr
    record = json.loads(finished.stdout)
    assert record["found"]
    assert "Kolaboratif" in record["answer"]


@pytest.mark.browser
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it")
def test_page_without_a_network(data: Path) -> None:
    finished = alone(sys.executable, ROOT / "tests" / "support" / "browser.py", data, "Apa itu BerAKHLAK?")
    assert finished.returncode == 0, finished.stderr
    seen = json.loads(finished.stdout)
    assert "Kolaboratif" in seen["answer"]
    assert seen["hosts"] == ["127.0.0.1"]
    assert seen["errors"] == []


def test_service_without_a_network(tmp_path: Path) -> None:
    """With models without weights: what is looked at is where the server and the protocol's library reach."""
    pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
    try:
        finished = alone(sys.executable, ROOT / "tests" / "support" / "offline_service.py", tmp_path)
    except FileNotFoundError:
        pytest.skip("unshare is not here")
    if "unshare failed" in finished.stderr:
        pytest.skip("this machine does not let a test make a network namespace (needs unshare and ip)")
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout.splitlines()[-1]) == {
        "answer": "120 meter. [1]",
        "verdict": "exact",
        "tools": ["search_archive", "ask_archive", "check_quote", "read_article"],
    }
