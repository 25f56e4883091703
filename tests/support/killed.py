"""Kills a process of its own at every statement that it gives to SQLite, one after the other."""

import os
import signal
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from index.storage.repository import Store


def kills(path: Path, act: Callable[[Store], object]) -> Iterator[Store]:
    """Run ``act`` on a copy of the store at ``path`` in a child that dies at its first statement, then at its
    second, and so on.

    Yields what each death left, last what is there when the child went through.
    """
    number, code = 0, -signal.SIGKILL
    while code:
        number += 1
        copy = path.parents[1] / f"mati-{number}" / path.name
        copy.parent.mkdir()
        with closing(sqlite3.connect(path)) as whole, closing(sqlite3.connect(copy)) as target:
            whole.backup(target)
        child = os.fork()
        if not child:
            try:
                _run(copy, act, number)
            except BaseException:
                traceback.print_exc()
            os._exit(1)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, -signal.SIGKILL), code
        with Store(copy) as store:
            yield store


def _run(path: Path, act: Callable[[Store], object], number: int) -> None:
    with Store(path) as store:
        said = 0

        def at_statement(_: str) -> None:
            nonlocal said
            said += 1
            if said == number:
                os.kill(os.getpid(), signal.SIGKILL)

        store.database._connection.set_trace_callback(at_statement)
        act(store)
        store.database._connection.set_trace_callback(None)
    os._exit(0)
