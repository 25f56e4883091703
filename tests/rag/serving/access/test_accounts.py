import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from quick_hashes import QUICK

from index.errors import InputError, StoreError
from rag.serving.access.accounts import EDITOR, READER, Accounts, Reader, Sessions, Tries

SECRET = "padi menguning di sawah"


def test_a_password_is_kept_hashed_and_checked(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("ani", SECRET, EDITOR)
    kept = accounts.path.read_text("utf-8")
    assert SECRET not in kept
    assert json.loads(kept)["ani"]["password"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # OWASP: m=19456, t=2
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600
    assert accounts.check("ani", SECRET) == Reader("ani", EDITOR)
    assert accounts.check("ani", SECRET + "x") is None
    assert accounts.check("Ani", SECRET) is None
    assert accounts.check("tiada", SECRET) is None
    assert accounts.check("ani", "") is None


def test_readers_are_listed_changed_and_removed(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path, QUICK)
    accounts.add("budi", SECRET, READER)
    accounts.add("ani", SECRET, READER)
    accounts.add("ani", SECRET * 2, EDITOR)
    assert accounts.readers() == [Reader("ani", EDITOR), Reader("budi", READER)]
    assert accounts.check("ani", SECRET) is None
    accounts.remove("ani")
    assert accounts.check("ani", SECRET * 2) is None
    assert accounts.find("budi") == Reader("budi", READER)
    with pytest.raises(InputError, match="'ani' tidak ada"):
        accounts.remove("ani")


@pytest.mark.parametrize(
    ("name", "password", "role"),
    [("", SECRET, READER), ("a\nb", SECRET, READER), ("a" * 61, SECRET, READER), ("ani", "pendek", READER),
     ("ani", "x" * 201, READER), ("ani", SECRET, "tuan")],
)  # fmt: skip
def test_what_cannot_be_is_told(tmp_path: Path, name: str, password: str, role: str) -> None:
    with pytest.raises(InputError):
        Accounts(tmp_path, QUICK).add(name, password, role)
    assert not Accounts(tmp_path, QUICK).path.exists()


def test_a_torn_file_lets_nobody_in(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path, QUICK)
    accounts.path.write_text('{"ani": ', "utf-8")
    with pytest.raises(StoreError, match="tidak dapat dibaca"):
        accounts.check("ani", SECRET)


@pytest.mark.parametrize(
    "kept", ["[]", "null", "3", '["ani"]', '{"ani": "x"}', '{"ani": {"role": "pembaca"}}', '{"ani": {"role": 1}}']
)
def test_a_file_of_another_shape_is_told(tmp_path: Path, kept: str) -> None:
    accounts = Accounts(tmp_path, QUICK)
    accounts.path.write_text(kept, "utf-8")
    for ask in (accounts.readers, lambda: accounts.find("ani"), lambda: accounts.check("ani", SECRET)):
        with pytest.raises(StoreError, match=r"pembaca\.json tidak dapat dibaca .*; perbaiki berkas itu\."):
            ask()


def test_a_password_that_is_no_hash_lets_nobody_in(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path, QUICK)
    accounts.path.write_text(json.dumps({"ani": {"role": EDITOR, "password": SECRET}}), "utf-8")
    assert accounts.check("ani", SECRET) is None


def test_wrong_tries_wait_twice_as_long_each_time() -> None:
    now = [0.0]
    tries = Tries(lambda: now[0])
    waits = []
    for _ in range(6):
        tries.failed("ani", "alamat")
        waits.append(tries.wait_s("ani"))
    assert waits == [0.0, 0.0, 0.0, 2.0, 4.0, 8.0]
    assert tries.wait_s("budi", "alamat") == 8.0
    now[0] = 7.0
    assert tries.wait_s("ani") == 1.0
    for _ in range(30):
        tries.failed("ani")
    assert tries.wait_s("ani") == 900.0
    tries.succeeded("ani")
    assert tries.wait_s("ani") == 0.0


def test_a_session_ends_by_itself_and_by_leaving(tmp_path: Path) -> None:
    now = [0.0]
    accounts = Accounts(tmp_path, QUICK)
    accounts.add("ani", SECRET, EDITOR)
    accounts.add("budi", SECRET, READER)
    sessions = Sessions(accounts, lambda: now[0])
    ani, budi = accounts.check("ani", SECRET), accounts.check("budi", SECRET)
    assert ani is not None and budi is not None
    first, second = sessions.open(ani), sessions.open(budi)
    assert first != second and len(first) >= 40
    assert (sessions.reader(first), sessions.reader(second)) == (ani, budi)
    assert sessions.reader(None) is sessions.reader("") is sessions.reader("x") is None
    sessions.close(second)
    assert sessions.reader(second) is None
    now[0] = 12 * 3600.0
    assert sessions.reader(first) is None


CHANGES: dict[str, Callable[[Accounts], None]] = {
    "demoted": lambda accounts: accounts.add("ani", SECRET, READER),
    "another password": lambda accounts: accounts.add("ani", SECRET * 2, EDITOR),
    "the same again": lambda accounts: accounts.add("ani", SECRET, EDITOR),
    "removed": lambda accounts: accounts.remove("ani"),
    "no accounts at all": lambda accounts: accounts.path.unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_session_ends_when_its_account_changes(tmp_path: Path, change: Callable[[Accounts], None]) -> None:
    accounts = Accounts(tmp_path, QUICK)
    accounts.add("ani", SECRET, EDITOR)
    accounts.add("budi", SECRET, READER)
    sessions = Sessions(accounts)
    ani, budi = accounts.check("ani", SECRET), accounts.check("budi", SECRET)
    assert ani is not None and budi is not None
    first, other = sessions.open(ani), sessions.open(budi)
    change(Accounts(tmp_path, QUICK))  # another process does it
    assert sessions.reader(first) is None
    assert (sessions.reader(other) is None) is (not accounts.path.exists())
    late = sessions.open(ani)  # the old password was being checked meanwhile
    assert sessions.reader(late) is None


def test_nobody_passes_while_the_accounts_cannot_be_read(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path, QUICK)
    accounts.add("ani", SECRET, EDITOR)
    sessions = Sessions(accounts)
    ani = accounts.find("ani")
    assert ani is not None
    token = sessions.open(ani)
    whole = accounts.path.read_text("utf-8")
    accounts.path.write_text(whole[:20], "utf-8")
    assert sessions.reader(token) is None
    accounts.path.write_text(whole, "utf-8")
    assert sessions.reader(token) == ani


def test_leaving_everywhere_ends_all_sessions_of_one_reader(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path, QUICK)
    accounts.add("ani", SECRET, EDITOR)
    accounts.add("budi", SECRET, READER)
    sessions = Sessions(accounts)
    ani, budi = accounts.find("ani"), accounts.find("budi")
    assert ani is not None and budi is not None
    here, there, other = sessions.open(ani), sessions.open(ani), sessions.open(budi)
    sessions.close_all("ani")
    assert [sessions.reader(token) for token in (here, there, other)] == [None, None, budi]
