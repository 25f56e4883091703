"""``tanya readers``: who may open the page on a network."""

from __future__ import annotations

import argparse
import getpass
import sys

from index.errors import InputError
from rag.serving.access.accounts import Accounts
from rag.settings import Settings


def readers(options: argparse.Namespace) -> int:
    """``tanya readers [list|add|remove]``; the password is asked for, or read from stdin where that is no terminal."""
    accounts = Accounts(Settings.load(data=options.data).data_dir)
    if options.action == "list":
        for reader in accounts.readers():
            print(f"{reader.name} ({reader.role})")
        return 0
    if not options.name:
        raise InputError(f"Sebutkan namanya: tanya readers {options.action} NAMA")
    if options.action == "remove":
        accounts.remove(options.name)
        print(f"{options.name} tidak dapat masuk lagi.")
        return 0
    accounts.add(options.name, _password(), options.role)
    print(f"{options.name} dapat masuk sebagai {options.role}.")
    return 0


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Kata sandi: ")
    if getpass.getpass("Sekali lagi: ") != password:
        raise InputError("Kedua kata sandi berbeda; ulangi.")
    return password
