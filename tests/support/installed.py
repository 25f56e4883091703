"""What several tests do to an installation: a proof of their own words, a flipped byte, a log that is ended.

Also a folder of prompt states that several data folders share.
"""

import json
import logging
import sys
from pathlib import Path

from rag.generation import proof
from rag.serving.loading import STATES_FOLDER

RIGHT = {"said": proof.SENTENCE, "right": True, "model": "x"}


def child(code: str, tmp_path: Path | None = None) -> list[str]:
    """The command of a proof that runs `code`; each run adds a letter to `runs` in `tmp_path`."""
    counted = f"open({str(tmp_path / 'runs')!r}, 'a').write('x'); " if tmp_path else ""
    return [sys.executable, "-c", counted + code]


def saying(told: object) -> str:
    """Code that says `told` as a proof does."""
    return f"print({json.dumps(told)!r})"


def flip_one_byte(path: Path, at: int = 100) -> None:
    with path.open("r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)[0]
        stream.seek(at)
        stream.write(bytes([byte ^ 1]))


def stop_logging() -> None:
    """Ends what `rag.log.start` began, so that the next test starts a log of its own."""
    logger = logging.getLogger("tanya")
    for handler in logger.handlers[:]:
        if isinstance(handler, logging.FileHandler):
            logger.removeHandler(handler)
            handler.close()
    logger.propagate = True


def keep_in(prompt_states: Path, data: Path) -> Path:
    """Have a data folder keep its prompt states where others do; return it."""
    data.mkdir(parents=True, exist_ok=True)
    (data / STATES_FOLDER).symlink_to(prompt_states, target_is_directory=True)
    return data
