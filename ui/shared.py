"""What every page begins with: the archive at work, opened once for all visitors.

It is kept in this module, not in Streamlit's caches: those any visitor's browser may have emptied (``clear_cache``),
and the archive would be opened and the models be loaded anew under everybody.
"""

from __future__ import annotations

import gc
import logging
import threading
from functools import cache

import streamlit as st

from rag.serving.service import Workplace
from rag.serving.visibility import Places
from rag.settings import Settings, go_offline
from ui import charts, door

_log = logging.getLogger("tanya.page")
_opening = threading.Lock()


def workplace() -> Workplace:
    """Return the archive as the reader of this page may see it now; to be asked for anew at every run of the page.

    It is opened once; the models are loaded beside the page, so that the first question finds them there.
    """
    return places().of(door.reader())


def places() -> Places:
    """Return the archive of all readers."""
    with _opening:
        return _opened()


@cache
def _opened() -> Places:
    go_offline()
    place = Workplace(Settings.load())
    _log.info("opened")
    threading.Thread(target=_load, args=(place,), name="model", daemon=True).start()
    all_readers = Places(place)
    all_readers.prepare()
    return all_readers


def ask_next(question: str, implied: bool = True) -> None:
    """Have a question asked when the page of questions is drawn next; ``implied`` as in ``Workplace.begin``."""
    st.session_state["tanyakan"] = (question, implied)


def open_ahead() -> None:
    """Open the archive and load the models when the server starts, not at the first visit."""
    threading.Thread(target=_open, name="pembukaan", daemon=True).start()


def _open() -> None:
    try:
        places()
    except Exception:  # the page tells it to whoever comes
        _log.exception("not-opened")


def _load(place: Workplace) -> None:
    place.load_models()
    charts.warm()
    # Streamlit has all objects of the process looked through after each run of a page, half a second of everybody's
    # time with torch imported: what is here now stays for good and need not be looked at again.
    gc.collect()
    gc.freeze()
