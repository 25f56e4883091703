"""Messages → the tokens of a prompt. Control tokens come from the chat template alone.

What stands in a message is encoded as plain text, so ``<|im_start|>`` in an article is ten ordinary characters to the
model.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from index.errors import ModelError

# "role" and "content"; the last may have an "opening" before its content, the same in every prompt of its kind.
Message = dict[str, str]


class ChatEncoder:
    """Encodes for one loaded model: ``llama`` is the ``llama_cpp.Llama``, ``api`` the library's own functions.

    Raises ModelError where the model has no chat template.
    """

    def __init__(self, llama: Any, api: Any, name: str) -> None:
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        self._llama = llama
        self._api = api
        self._name = name
        template = llama.metadata.get("tokenizer.chat_template")
        if not template:
            raise ModelError(f"Model {name} tidak punya chat template; pakai model instruct.")
        self._template = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(template)
        self._vocabulary = api.llama_model_get_vocab(llama.model)
        self.stops = {token for token in range(llama.n_vocab()) if api.llama_vocab_is_eog(self._vocabulary, token)}
        self._matched_in_text = self._user_defined()

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """Return the tokens of a whole prompt."""
        return [token for part in self.parts(messages) for token in part]

    def parts(self, messages: Sequence[Message]) -> list[list[int]]:
        """Return the tokens of a prompt in its parts: all up to the last message's opening, then its content.

        The contents are put in as marks that no text can contain, and only then exchanged for their tokens.
        """
        marks = [f"isi{secrets.token_hex(8)}" for _ in messages]
        marked = [{"role": message["role"], "content": mark} for message, mark in zip(messages, marks, strict=True)]
        rest = self._template.render(
            messages=marked, add_generation_prompt=True, bos_token=self._special(self._llama.token_bos()),
            eos_token=self._special(self._llama.token_eos()), raise_exception=_refuse,
        )  # fmt: skip
        parts: list[list[int]] = [[]]
        for number, (message, mark) in enumerate(zip(messages, marks, strict=True), start=1):
            before, found, rest = rest.partition(mark)
            if not found:
                raise ModelError(
                    f"Chat template model {self._name} melewatkan pesan {message['role']}; pakai model lain."
                )
            parts[-1] += self._structure(before)
            parts[-1] += self.plain(message.get("opening", ""))
            if number == len(messages):
                parts.append([])
            parts[-1] += self.plain(message["content"])
        parts[-1] += self._structure(rest)
        return [part for part in parts if part]

    def plain(self, text: str) -> list[int]:
        """Encode text so that none of it becomes a token with a meaning of its own."""
        tokens: list[int] = []
        start = 0
        for match in self._matched_in_text.finditer(text) if self._matched_in_text else ():
            tokens += self._encode_piece(text[start : match.start() + 1], special=False)
            start = match.start() + 1
        return tokens + self._encode_piece(text[start:], special=False)

    def bytes_of(self, token: int) -> bytes:
        """Return what an ordinary token spells; a character may take several of them."""
        return bytes(self._llama.detokenize([token], special=False))

    def _structure(self, text: str) -> list[int]:
        return self._encode_piece(text, special=True)

    def _encode_piece(self, text: str, *, special: bool) -> list[int]:
        return (
            list(self._llama.tokenize(text.encode("utf-8", "replace"), add_bos=False, special=special)) if text else []
        )

    def _user_defined(self) -> re.Pattern[str] | None:
        """Return a pattern of the texts llama.cpp turns into one token even in plain text, such as ``<tool_call>``."""
        tokens = self._with_attribute(self._api.LLAMA_TOKEN_ATTR_USER_DEFINED)
        texts = sorted(filter(None, map(self._special, tokens)), key=len, reverse=True)
        # Longer than one character: a lone character has nothing to be split into.
        parts = [re.escape(text[0]) + f"(?={re.escape(text[1:])})" for text in texts if len(text) > 1]
        return re.compile("|".join(parts)) if parts else None

    def _with_attribute(self, flags: int) -> list[int]:
        vocabulary = range(self._llama.n_vocab())
        return [t for t in vocabulary if self._api.llama_vocab_get_attr(self._vocabulary, t) & flags]

    def _special(self, token: int) -> str:
        if token < 0:
            return ""
        return bytes(self._llama.detokenize([token], special=True)).decode("utf-8", "replace")

    @cached_property
    def vocabulary_bytes(self) -> Mapping[bytes, int]:
        """Return the bytes of each ordinary token with its id; the lowest where several spell the same."""
        special = set(
            self._with_attribute(self._api.LLAMA_TOKEN_ATTR_CONTROL | self._api.LLAMA_TOKEN_ATTR_USER_DEFINED)
        )
        found: dict[bytes, int] = {}
        for token in range(self._llama.n_vocab()):
            if token not in special:
                found.setdefault(bytes(self._llama.detokenize([token], special=False)), token)
        found.pop(b"", None)
        return found

    def special_texts(self) -> list[str]:
        """Return the texts of all tokens with a meaning of their own: control tokens and user-defined ones."""
        flags = self._api.LLAMA_TOKEN_ATTR_CONTROL | self._api.LLAMA_TOKEN_ATTR_USER_DEFINED
        return [text for text in map(self._special, self._with_attribute(flags)) if len(text) > 1]

    def is_control(self, token: int) -> bool:
        """Tell whether a token is one of the model's control tokens, which no text may bring in."""
        return bool(self._api.llama_vocab_is_control(self._vocabulary, token))


def _refuse(message: str) -> Any:
    raise ModelError(f"Chat template menolak: {message}")


def whole_characters(said: bytes) -> tuple[str, bytes]:
    """Split bytes into the text that is whole and the rest of a character that the next token may end."""
    try:
        return said.decode("utf-8"), b""
    except UnicodeDecodeError as error:
        cut = error.start if len(said) - error.start < 4 else len(said)
        return said[:cut].decode("utf-8", "replace"), said[cut:]
