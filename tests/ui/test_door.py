"""Who comes in through OIDC, and as what."""

from typing import Any

import pytest
import streamlit.user_info

from rag.serving.access.accounts import EDITOR, READER
from ui.door import DOOR, OIDC, reader


@pytest.mark.parametrize(
    ("claims", "name", "role"),
    [
        ({"email": "Ani@Redaksi.id", "email_verified": True}, "ani@redaksi.id", EDITOR),
        ({"email": "Budi@redaksi.id", "email_verified": True}, "budi@redaksi.id", READER),
        ({"email": "ani@redaksi.id", "email_verified": False}, "7f3a", READER),
        ({"email": "ani@redaksi.id", "email_verified": "true"}, "7f3a", READER),
        ({"email": "ani@redaksi.id"}, "7f3a", READER),
        ({"sub": "ani@redaksi.id"}, "ani@redaksi.id", READER),
        ({"email_verified": True}, "7f3a", READER),
    ],
)
def test_only_a_verified_address_makes_an_editor(
    monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any], name: str, role: str
) -> None:
    monkeypatch.setattr(DOOR, "kind", OIDC)
    monkeypatch.setattr(DOOR, "editors", frozenset({"ani@redaksi.id"}))
    token = {"is_logged_in": True, "sub": "7f3a", **claims}
    monkeypatch.setattr(streamlit.user_info, "_get_user_info", lambda: token)
    found = reader()
    assert (found.name, found.role) == (name, role)
