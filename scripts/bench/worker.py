"""What does it cost that the language model runs in a process of its own, and does it come back when it is killed?

    python scripts/bench/worker.py [--rounds 12] [--tokens 64]      speed against the model in this very process
    python scripts/bench/worker.py --kill 20 [--rounds 0]           killed so often in the middle of an answer

Speed: the same prompts of both, in turn, the order changed at each, every prompt new to both. They are short: what the
way between two processes takes is the same for any prompt, so it weighs most there. Exit 1 where the median of the
paired ratios is below .97 for the first word or for tokens a second, or where a word or the trace differs.

Killing: `SIGKILL` and `SIGSEGV` in turn, at another word each time; exit 1 where a stream does not end with its one
line, or where the next question does not get the answer that it got before.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from index.errors import ModelStopped
from rag.generation.chat_template import Message
from rag.generation.decoder import Trace, heard
from rag.generation.prompts import NOT_FOUND
from rag.generation.protocol import ChatModel
from rag.generation.remote_chat import RemoteChat
from rag.serving import loading
from rag.settings import Settings, go_offline

LEAST = 0.97
_TEXTS = (
    "Pasar ikan Sidomulyo dibuka pada Rabu pagi dan menampung 1.250 pedagang dari enam desa di sekitarnya. ",
    "Jembatan gantung sepanjang 120 meter itu menghubungkan dua desa yang lama terpisah oleh sungai. ",
    "Pelabuhan baru dibangun tiga tahun dengan biaya Rp 45 miliar dan diresmikan oleh bupati pada Senin. ",
    "Festival kopi digelar pada akhir pekan dan dihadiri petani dari empat kecamatan di lereng gunung. ",
)


@dataclass(frozen=True)
class Asked:
    """One prompt as it went: seconds to the first piece, pieces a second after it, what was said and how surely."""

    first_s: float
    speed: float
    said: str
    trace: Trace


def ask(model: ChatModel, messages: Sequence[Message], tokens: int, copy_from: Sequence[str] = ()) -> Asked:
    """Ask one prompt of one model and time it."""
    began = time.perf_counter()
    times: list[float] = []
    stream = model.stream(messages, tokens, copy_from=copy_from, refusal=NOT_FOUND)
    said, trace = heard(stream, lambda piece: times.append(time.perf_counter()))
    later = times[-1] - times[0] if len(times) > 1 else 0.0
    return Asked(times[0] - began, (len(times) - 1) / later if later else 0.0, said, trace)


def speed(here: ChatModel, apart: RemoteChat, rounds: int, tokens: int) -> bool:
    """Compare both, print it, and return whether the bar is met."""
    first: list[float] = []
    pace: list[float] = []
    waits: dict[str, list[float]] = {"here": [], "apart": []}
    same = True
    for number in range(rounds):
        text = f"Berita {number}: {_TEXTS[number % 4]}"
        for order, copied in (("Kutip dari berita itu.", [text]), ("Ceritakan berita itu dengan panjang.", [])):
            messages = [{"role": "user", "content": text + order}]
            both = (("here", here), ("apart", apart))
            got = {name: ask(model, messages, tokens, copied) for name, model in both[:: 1 if number % 2 else -1]}
            first.append(got["here"].first_s / got["apart"].first_s)
            for name, one in got.items():
                waits[name].append(one.first_s)
            if len(got["here"].trace.words) >= tokens // 2:
                pace.append(got["apart"].speed / got["here"].speed)
            same = same and (got["here"].said, got["here"].trace) == (got["apart"].said, got["apart"].trace)
        print(f"{number + 1}: first word {median(first):.3f}, tokens/s {median(pace or [0]):.3f}", file=sys.stderr)
    print(f"first word: median {median(waits['here']):.3f} s here, {median(waits['apart']):.3f} s apart")
    print(f"first word, here ÷ apart: median {median(first):.3f} of {len(first)} pairs")
    print(f"tokens a second, apart ÷ here: median {median(pace or [0]):.3f} of {len(pace)} pairs")
    print(f"words and traces the same to the last bit: {'yes' if same else 'NO'}")
    return same and min(median(first), median(pace or [0])) >= LEAST


def killed(apart: RemoteChat, times: int) -> bool:
    """Kill it in the middle of answers; return whether it always came back with the same answer."""
    question = [{"role": "user", "content": f"{_TEXTS[0]}Berapa pedagang yang ditampung?"}]
    long = [{"role": "user", "content": "Tulis angka satu sampai seratus dalam huruf."}]
    before, sound, back_s = ask(apart, question, 30, _TEXTS[:1]), 0, []
    for number in range(times):
        pid, stopped = apart.pid, False
        assert pid is not None
        try:
            for count, _ in enumerate(apart.stream(long, 200)):
                if count == number % 7:
                    os.kill(pid, signal.SIGSEGV if number % 2 else signal.SIGKILL)
        except ModelStopped:
            stopped = True
        began = time.perf_counter()
        after = ask(apart, question, 30, _TEXTS[:1])
        back_s.append(time.perf_counter() - began)
        right = stopped and (after.said, after.trace) == (before.said, before.trace) and apart.pid != pid
        sound += right
        print(f"kill {number + 1}: {'answered' if right else 'NOT SOUND'} after {back_s[-1]:.1f} s", file=sys.stderr)
    print(f"killed {times} times: {sound} times the next question got the same answer, median {median(back_s):.1f} s")
    return sound == times


def main() -> int:
    """Measure; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12, help="pairs of prompts, two kinds each")
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--kill", type=int, default=0, help="how often it is killed")
    options = parser.parse_args()
    go_offline()
    met = True
    with tempfile.TemporaryDirectory(prefix="tanya-worker-") as folder:
        settings = Settings.load(data=folder)
        with loading.open_llm(settings) as apart:
            if options.rounds:
                here = loading.open_llm_here(settings)
                met = speed(here, apart, options.rounds, options.tokens)
                here.close()
            if options.kill:
                met = killed(apart, options.kill) and met
            told = (Path(folder) / loading.LLM_LOG).read_text("utf-8").count("Segmentation fault")
            print(f"segmentation faults in the log: {told}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
