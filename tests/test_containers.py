"""The container's files hold to the scripts: what they copy and run is there, in the Python that the program is for."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from rag.cli.parser import DEFAULT_API_PORT, DEFAULT_PORT, build_parser
from rag.models.registry import LLM
from rag.settings import Settings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
OURS = {name: one for name, one in COMPOSE["services"].items() if name not in ("model", "store")}


def instructions(name: str) -> list[str]:
    """What follows this word in the Containerfile, continued lines joined."""
    joined = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    return [line.split(None, 1)[1] for line in joined.splitlines() if line.split(None, 1)[:1] == [name]]


def filled(value: object) -> str:
    """A value of the compose file where nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


def arguments(service: str) -> list[str]:
    return [filled(word) for word in OURS[service].get("command", [])]


def test_the_python_is_the_one_that_types_are_checked_for() -> None:
    bases = {line.split()[0] for line in instructions("FROM")}
    assert bases == {"python:3.11-slim-bookworm"}
    assert PROJECT["tool"]["mypy"]["python_version"] == "3.11"
    least = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert tuple(map(int, least.split("."))) <= (3, 11)


def test_what_is_copied_is_there_and_not_kept_back() -> None:
    copied = [word for line in instructions("COPY") if not line.startswith("--from") for word in line.split()[:-1]]
    assert {"scripts", "rag", "ui", "index", "pyproject.toml"} <= set(copied)
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert set(copied) == let_in
    assert all((ROOT / name).exists() for name in copied)
    packages = {name.split(".")[0].rstrip("*") for name in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert packages <= set(copied)
    needed = re.search(r"^want=\$\(cat ([^|<]*)", (ROOT / "scripts" / "install").read_text("utf-8"), re.MULTILINE)
    assert needed is not None
    for name in needed.group(1).split():
        assert name in copied or name.split("/")[0] in copied, name


def test_what_is_run_is_there() -> None:
    (installing,) = [line for line in instructions("RUN") if line.startswith("scripts/")]
    script, option = installing.split()
    assert f"{option}) " in (ROOT / script).read_text("utf-8")
    checks = [words for line in instructions("HEALTHCHECK") for words in re.findall(r"CMD \[(.*)\]", line)]
    checks += [
        ", ".join(one["healthcheck"]["test"][1:]) for one in OURS.values() if "test" in one.get("healthcheck", {})
    ]
    assert len(checks) == 2
    for words in checks:
        program, address = (word.strip('",') for word in shlex.split(words))
        assert (ROOT / program).stat().st_mode & 0o111, program
        assert re.fullmatch(rf"http://127\.0\.0\.1:({DEFAULT_PORT}|{DEFAULT_API_PORT})/(readyz)?", address)
    assert PROJECT["project"]["scripts"]["tanya"] == "rag.cli:main"
    assert instructions("ENTRYPOINT") == ['["tanya"]']
    for service in OURS:
        assert build_parser().parse_args(arguments(service)).run
    (default,) = instructions("CMD")
    assert build_parser().parse_args(yaml.safe_load(default)).address == "0.0.0.0"


def test_settings_and_ports_are_the_programs_own() -> None:
    (environment,) = instructions("ENV")
    given = dict(word.split("=", 1) for word in environment.split()) | {
        name: filled(value) for name, value in COMPOSE["x-tanya"]["environment"].items()
    }
    settings = Settings.load(environment=given)
    assert (settings.data_dir, settings.models_dir) == (Path("/data"), Path("/models"))
    assert settings.llm_servers == ("http://model:8080",)
    known = (ROOT / "rag" / "settings.py").read_text("utf-8")
    assert all(f"| {name} |" in known for name in given if name.startswith("TANYA_"))
    assert instructions("EXPOSE") == [f"{DEFAULT_PORT} {DEFAULT_API_PORT}"]
    assert filled(OURS["page"]["ports"][0]) == f"127.0.0.1:{DEFAULT_PORT}:{DEFAULT_PORT}"
    assert filled(OURS["api"]["ports"][0]) == f"127.0.0.1:{DEFAULT_API_PORT}:{DEFAULT_API_PORT}"
    model = COMPOSE["services"]["model"]
    assert f"/models/{LLM.files[0].path}" in model["command"]
    assert "8080" in model["command"]
    assert ":" in filled(model["image"]).rpartition("/")[2]  # by tag


def test_nobody_is_root_nothing_is_written_but_the_data_and_nothing_goes_out() -> None:
    assert instructions("USER") == ["10001"]
    for name, one in COMPOSE["services"].items():
        assert one["read_only"] is True and one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        models = [volume for volume in one["volumes"] if volume.startswith("models:")]
        wanted = {"models": ["models:/models"], "store": []}.get(name, ["models:/models:ro"])
        assert models == wanted, name
        serves = "profiles" not in one
        assert ("outside" in one["networks"]) is (name == "models"), name
        assert "inside" in one["networks"] or not serves, name
    assert all(one.get("user", "10001").split(":")[0] not in ("0", "root") for one in COMPOSE["services"].values())
    networks = COMPOSE["networks"]
    assert networks["inside"] == {"internal": True}
    assert networks["door"]["driver_opts"] == {"com.docker.network.bridge.enable_ip_masquerade": "false"}
    assert COMPOSE["x-tanya"]["image"] == f"tanya-arsip:{PROJECT['project']['version']}"


def test_the_archive_is_shared_only_when_it_is_asked_for() -> None:
    store = COMPOSE["services"]["store"]
    assert store["profiles"] == ["shared"]
    assert filled(COMPOSE["x-tanya"]["environment"]["TANYA_STORE"]) == ""
    given = {"TANYA_STORE": "postgresql://tanya@store/tanya"}  # as the file says beside it
    assert f"TANYA_STORE={given['TANYA_STORE']}" in (ROOT / "compose.yaml").read_text("utf-8")
    assert Settings.load(environment=given).store == f"postgresql://{store['environment']['POSTGRES_USER']}@store/tanya"
    assert store["environment"]["POSTGRES_DB"] == "tanya"
    # one password for both, in the environment and in no address; without one PostgreSQL's image does not begin
    password = COMPOSE["x-tanya"]["environment"]["PGPASSWORD"]
    assert store["environment"]["POSTGRES_PASSWORD"] == password and filled(password) == ""
    assert filled(store["ports"][0]) == "127.0.0.1:5432:5432"
    assert "postgresql" in re.search(r'--image\) extra="\[([\w,]+)\]"', (ROOT / "scripts/install").read_text()).group(1)  # type: ignore[union-attr]
    assert "store:/var/lib/postgresql/data" in store["volumes"] and "store" in COMPOSE["volumes"]


class _Says(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def answering() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Says)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (401, 0), (503, 1), (500, 1)])
def test_what_is_healthy(status: int, code: int) -> None:
    with answering() as address:
        told = subprocess.run([sys.executable, ROOT / "scripts" / "healthy", f"{address}/{status}"], check=False)
    assert told.returncode == code


def test_what_does_not_answer_is_not_healthy() -> None:
    with answering() as address:
        pass
    told = subprocess.run([sys.executable, ROOT / "scripts" / "healthy", address], check=False)
    assert told.returncode == 1
