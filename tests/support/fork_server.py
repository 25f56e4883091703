"""A Python process that has the program imported and forks a child for each command: a process without its start.

Run as ``python fork_server.py SOCKET_FD``. A request is one message on that socket: JSON with the arguments, the
environment and the folder, and three descriptors for stdin, stdout and stderr. The answer is the exit status.
"""

import gc
import json
import os
import runpy
import socket
import sys
from typing import Any

# What most commands import. A library with threads of its own is left to the child: threads do not survive a fork.
IMPORTED = (
    "Stemmer",
    "index.pipeline.indexer",
    "index.storage.repository",
    "lark",
    "numpy",
    "platformdirs",
    "rag.cli.ask_search",
    "rag.cli.parser",
    "rag.quotation.checker",
    "rag.retrieval.full_text",
    "rag.retrieval.retriever",
    "rag.serving.loading",
    "regex",
)
MAX_REQUEST_BYTES = 1024**2


def asked_for(link: socket.socket) -> dict[str, Any] | None:
    """Serve until this is a child that has something to do, which is returned, or nobody asks any more."""
    while True:
        asked, descriptors, _, _ = socket.recv_fds(link, MAX_REQUEST_BYTES, 3)
        if not asked:
            return None
        child = os.fork()
        if not child:
            link.close()
            for number, descriptor in enumerate(descriptors):
                os.dup2(descriptor, number)
                os.close(descriptor)
            return dict(json.loads(asked))
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        link.sendall(json.dumps(os.waitstatus_to_exitcode(status)).encode())


def main() -> None:
    """Import what is needed, then serve; in a child, be the program."""
    link = socket.socket(fileno=int(sys.argv[1]))
    for name in IMPORTED:
        __import__(name)
    gc.freeze()
    if (request := asked_for(link)) is not None:
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.argv = ["", *request["arguments"]]
        runpy.run_module("rag.cli", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    sys.path[0] = os.getcwd()  # as python -m has it
    main()
