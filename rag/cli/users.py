"""``tanya readers``: who may open the page on a network, and the tokens of their programs."""

from __future__ import annotations

import argparse
import getpass
import sys

from index.errors import InputError
from rag.cli.console import tell
from rag.serving.access.accounts import Accounts
from rag.serving.access.tokens import Tokens
from rag.settings import Settings


def readers(options: argparse.Namespace) -> int:
    """``tanya readers [list|add|remove|token]``; a password is asked for, or read from stdin if that is no terminal."""
    data_dir = Settings.load(data=options.data).data_dir
    accounts = Accounts(data_dir)
    if options.action == "token":
        return _token(Tokens(data_dir), options)
    if options.list or options.revoke:
        raise InputError("--list dan --revoke untuk token: tanya readers token --list")
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


def _token(tokens: Tokens, options: argparse.Namespace) -> int:
    """Make a token, list those there are, or revoke one."""
    if options.list:
        for token, holds in tokens.all(options.name):
            print(
                f"{token.id} {token.reader}, dibuat {token.made_at.replace('T', ' ')}{'' if holds else ' (berakhir)'}"
            )
    elif options.revoke:
        ended = tokens.revoke(options.revoke)
        print(f"Token {ended.id} milik {ended.reader} dicabut.")
    elif options.name:
        token, secret = tokens.make(options.name)
        tell(f"Token nomor {token.id} untuk {token.reader}; hanya ditampilkan sekali ini:")
        print(secret)
    else:
        raise InputError("Sebutkan namanya: tanya readers token NAMA (atau --list, --revoke NOMOR)")
    return 0


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Kata sandi: ")
    if getpass.getpass("Sekali lagi: ") != password:
        raise InputError("Kedua kata sandi berbeda; ulangi.")
    return password
