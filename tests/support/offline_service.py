"""Serves a small archive to programs and asks it; whoever looks up a name or connects elsewhere gets an error."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from served_api import QUOTE, archive, served

WATCH = """
import sys
def watch(event, values):
    if event in ('socket.getaddrinfo', 'socket.gethostbyname') and values[0] not in (None, '127.0.0.1', 'localhost'):
        raise RuntimeError(f'looked up {values}')
    if event == 'socket.connect' and not str(values[1]).startswith(("('127.0.0.1'", '/', "b'/")):
        raise RuntimeError(f'connected to {values}')
sys.addaudithook(watch)
"""


def main(folder: Path) -> None:
    hooks = folder / "hooks"
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(WATCH, "utf-8")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(hooks), os.environ.get("PYTHONPATH", "")])
    for reach in ("socket.getaddrinfo('contoh.invalid', 80)", "socket.create_connection(('192.0.2.1', 80))"):
        done = subprocess.run([sys.executable, "-c", f"import socket; {reach}"], capture_output=True, text=True)
        assert "RuntimeError" in done.stderr, "nobody watches"
    with served(archive(folder / "data"), "serve", "--mcp") as service:
        call: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        told = service.ask("POST", "/mcp", call, accept="application/json, text/event-stream")[2]
        record = json.loads(told.partition("data: ")[2]) if isinstance(told, str) else told
        asked = service.ask("POST", "/v1/ask", {"question": "Berapa panjang Jembatan Kalirejo?"})[2]
        quoted = service.ask("POST", "/v1/quote", {"quote": QUOTE})[2]
    tools = [tool["name"] for tool in record["result"]["tools"]]
    print(json.dumps({"answer": asked.get("answer", asked), "verdict": quoted["verdict"], "tools": tools}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
