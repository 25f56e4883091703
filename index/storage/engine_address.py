"""How the address of an engine is written: ``milvus://host:port``."""

from __future__ import annotations

import re

from index.errors import InputError

_DEFAULT_PORT = 19530  # Milvus's own
_FORM = re.compile(
    r"milvus://(?:\[(?P<v6>[0-9a-fA-F:.]+)\]|(?P<host>[A-Za-z0-9][A-Za-z0-9._-]*))(?::(?P<port>[0-9]{1,5}))?/?"
)


def address_of(written: str) -> str:
    """Return the address of a server, with its port.

    >>> address_of("milvus://10.0.0.7"), address_of("milvus://[::1]:19531/")
    ('milvus://10.0.0.7:19530', 'milvus://[::1]:19531')

    Raises InputError where it is none.
    """
    found = _FORM.fullmatch(written.strip())
    port = int((found and found["port"]) or _DEFAULT_PORT)
    if found is None or not 0 < port < 65536:
        shown = re.sub(r"//[^/@]*@", "//…@", written)  # a password is nobody's business
        raise InputError(f"Mesin pencari {shown!r} bukan alamat milvus://host:port; perbaiki --engine (TANYA_ENGINE).")
    host = f"[{found['v6']}]" if found["v6"] else found["host"]
    return f"milvus://{host}:{port}"
