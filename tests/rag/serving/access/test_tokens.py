import json
import stat
from pathlib import Path

import pytest
from quick_hashes import QUICK

from index.errors import InputError
from rag.serving.access.accounts import EDITOR, READER, Accounts, Reader
from rag.serving.access.tokens import MAX_TOKENS, PREFIX, Tokens

SECRET = "padi menguning di sawah"


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    accounts = Accounts(tmp_path, QUICK)
    accounts.add("ani", SECRET, READER)
    accounts.add("budi", SECRET, EDITOR)
    return accounts


def test_a_token_is_its_readers_and_only_its_hash_is_kept(accounts: Accounts, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    kept, secret = tokens.make("ani")
    assert secret.startswith(PREFIX) and len(secret) > 40
    assert Tokens(tmp_path).reader(secret) == Reader("ani", READER)
    assert secret not in tokens.path.read_text("utf-8")
    assert secret.removeprefix(PREFIX) not in tokens.path.read_text("utf-8")
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600
    for wrong in ("", secret[:-1], secret + "x", secret.upper(), kept.sha256, kept.id, PREFIX, "\udcff", "x" * 10_000):
        assert tokens.reader(wrong) is None
    _, other = tokens.make("budi")
    assert other != secret
    assert tokens.reader(other) == Reader("budi", EDITOR)


def test_a_revoked_token_ends_and_the_others_stay(accounts: Accounts, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    (first, one), (_, two) = tokens.make("ani"), tokens.make("ani")
    assert tokens.revoke(first.id) == first
    assert tokens.reader(one) is None
    assert tokens.reader(two) == Reader("ani", READER)
    with pytest.raises(InputError, match=f"nomor '{first.id}' tidak ada"):
        tokens.revoke(first.id)


def test_a_token_ends_with_its_account_its_role_and_its_password(accounts: Accounts, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    _, secret = tokens.make("budi")
    accounts.add("budi", SECRET, READER)  # demoted
    assert tokens.reader(secret) is None
    _, secret = tokens.make("budi")
    assert tokens.reader(secret) == Reader("budi", READER)
    accounts.add("budi", SECRET + "!", READER)
    assert tokens.reader(secret) is None
    _, secret = tokens.make("budi")
    accounts.remove("budi")
    assert tokens.reader(secret) is None
    accounts.add("budi", SECRET + "!", READER)  # the same again: another account
    assert tokens.reader(secret) is None
    assert [(token.reader, holds) for token, holds in tokens.all()] == [("budi", False)]


def test_tokens_are_listed_by_reader(accounts: Accounts, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    first, second = tokens.make("ani")[0], tokens.make("budi")[0]
    assert tokens.all() == [(first, True), (second, True)]
    assert tokens.all("budi") == [(second, True)]
    assert tokens.all("tiada") == []


def test_a_reader_has_so_many_and_ended_ones_do_not_count(accounts: Accounts, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    for _ in range(MAX_TOKENS):
        tokens.make("ani")
    with pytest.raises(InputError, match=f"sudah punya {MAX_TOKENS} token"):
        tokens.make("ani")
    tokens.make("budi")
    accounts.add("ani", SECRET + "!", READER)
    tokens.make("ani")
    assert [token.reader for token, _ in tokens.all()] == ["budi", "ani"]


def test_nobody_has_a_token_without_an_account(accounts: Accounts, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'tiada' tidak ada; buat dahulu: tanya readers add tiada"):
        Tokens(tmp_path).make("tiada")


@pytest.mark.parametrize("damaged", ["{", "{}", '[{"id": "a"}]', "[1]", '[{"id": 1, "reader": 2}]'])
def test_nobody_comes_in_by_a_damaged_list(accounts: Accounts, tmp_path: Path, damaged: str) -> None:
    tokens = Tokens(tmp_path)
    _, secret = tokens.make("ani")
    whole = tokens.path.read_text("utf-8")
    tokens.path.write_text(damaged, "utf-8")
    assert tokens.reader(secret) is None
    tokens.path.write_text(whole, "utf-8")
    assert tokens.reader(secret) == Reader("ani", READER)
    accounts.path.write_text("{", "utf-8")
    assert tokens.reader(secret) is None


def test_a_seal_that_was_written_by_hand_opens_nothing(accounts: Accounts, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    _, secret = tokens.make("ani")
    kept = json.loads(tokens.path.read_text("utf-8"))
    tokens.path.write_text(json.dumps([{**kept[0], "reader": "budi"}]), "utf-8")
    assert tokens.reader(secret) is None
