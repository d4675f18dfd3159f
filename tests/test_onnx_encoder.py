"""An ONNX model of the operator's as the encoder of the second stage.

The model of these tests is tiny, made here and run by the real runtime: each character is a direction of its own, so
that the mean over the characters of a text is known.

1. A text's vector is the mean over its tokens with the prefix before it, of length 1; so is that of a model that takes
   other inputs, or means over the tokens itself.
2. The cosines are scaled to be as far apart as those the weights were learned with.
3. A folder that cannot be used, or a missing extra, is an error that names the setting and the next step.
4. The setting ENCODER with the folder orders the suggestions; other files have other vectors.
"""

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from making import bot_on, make_entry, publish_first
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

from bot.encoders import make_second_stage
from bot.settings import read_settings
from index.encoder.onnx_encoder import CONTRAST, MAX_TOKENS, MOST_SCALED, PAIRS, OnnxEncoder, contrast_of, scale_of
from index.encoder.passage_encoder import find_passage_encoder
from index.text.analyzer import Analyzer
from knowledge.errors import SettingError
from knowledge.revisions.caches import DatabaseCache

CHARACTERS = sorted(set("".join(text for pair in PAIRS for text in pair) + "解約したいお金をかけ query: passage"))
VOCABULARY = {"[UNK]": 0} | {character: number for number, character in enumerate(CHARACTERS, start=1)}
TABLE = np.eye(len(VOCABULARY), dtype=np.float32)


def write_model(path: Path, inputs: Sequence[str] = ("input_ids", "attention_mask"), *, pooled: bool = False) -> None:
    """A model that looks each token up in TABLE; `pooled` has it give the mean, a vector a text."""
    given = [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "tokens"]) for name in inputs]
    shape = [1, TABLE.shape[1]] if pooled else [1, "tokens", TABLE.shape[1]]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["looked_up" if pooled else "last_hidden_state"])]
    if pooled:
        axis = numpy_helper.from_array(np.array([1], np.int64), "axis")
        nodes.append(helper.make_node("ReduceMean", ["looked_up", "axis"], ["last_hidden_state"], keepdims=0))
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, shape)
    constants = [numpy_helper.from_array(TABLE, "table"), *([axis] if pooled else [])]
    graph = helper.make_graph(nodes, "tiny", given, [output], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model and its tokenizer."""
    made = tmp_path / "model"
    made.mkdir()
    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    tokenizer.save(str(made / "tokenizer.json"))
    write_model(made / "model.onnx")
    return made


def mean_of(text: str) -> np.ndarray:
    """The mean over the characters of a text, of length 1."""
    mean = TABLE[[VOCABULARY.get(character, 0) for character in text[:MAX_TOKENS]]].mean(axis=0)
    return mean / np.linalg.norm(mean)


# -- vectors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["解約したい", "お金をかけたくない", "解", "未知の文字", "解約" * 400])
def test_a_vector_is_the_mean_over_the_tokens_after_the_prefix(folder: Path, text: str) -> None:
    encoder = OnnxEncoder(folder)
    assert encoder.query(text) == pytest.approx(mean_of(f"query: {text}"), abs=1e-6)
    assert encoder.passage(text) == pytest.approx(mean_of(f"passage: {text}"), abs=1e-6)
    assert encoder.dimensions == len(VOCABULARY)


def test_config_json_names_the_prefixes(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "bert", "query_prefix": "車", "passage_prefix": ""}))
    encoder = OnnxEncoder(folder)
    assert encoder.query("解約") == pytest.approx(mean_of("車解約"), abs=1e-6)
    assert encoder.passage("解約") == pytest.approx(mean_of("解約"), abs=1e-6)
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"}))
    assert OnnxEncoder(folder).query("解約") == pytest.approx(mean_of("query: 解約"), abs=1e-6)


def test_a_model_that_gives_one_vector_a_text_gives_the_same(folder: Path) -> None:
    expected = OnnxEncoder(folder).query("解約したい")
    write_model(folder / "model.onnx", pooled=True)
    assert OnnxEncoder(folder).query("解約したい") == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("inputs", [("input_ids",), ("input_ids", "attention_mask", "token_type_ids")])
def test_a_model_gets_the_inputs_that_it_asks_for(folder: Path, inputs: tuple[str, ...]) -> None:
    write_model(folder / "model.onnx", inputs)
    assert OnnxEncoder(folder).query("解約したい") == pytest.approx(mean_of("query: 解約したい"), abs=1e-6)


def test_the_tokenizer_may_read_less_of_a_text(folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(9)
    tokenizer.enable_padding(length=64)
    tokenizer.save(str(folder / "tokenizer.json"))
    assert OnnxEncoder(folder).query("解約したい") == pytest.approx(mean_of("query: 解約"), abs=1e-6)


# -- scale ---------------------------------------------------------------------------------------


class Stretched:
    """An encoder whose cosines differ by so much of what another's differ by; 0 for one that sees no difference."""

    def __init__(self, encoder: OnnxEncoder, part: float) -> None:
        self._encoder, self._part = encoder, part

    def query(self, text: str) -> np.ndarray:
        return np.append(self._encoder.query(text) * np.sqrt(self._part), np.sqrt(1 - self._part))

    passage = query


def test_cosines_are_scaled_to_those_the_weights_were_learned_with(folder: Path) -> None:
    encoder = OnnxEncoder(folder)
    contrast = contrast_of(encoder)
    assert contrast > CONTRAST
    assert encoder.scale * contrast == pytest.approx(CONTRAST)
    narrow = Stretched(encoder, 0.5)
    assert scale_of(narrow) * contrast_of(narrow) == pytest.approx(CONTRAST)
    assert scale_of(Stretched(encoder, CONTRAST / contrast / 10)) == MOST_SCALED
    assert scale_of(Stretched(encoder, 0.0)) == 0.0


# -- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_a_missing_extra_is_named_with_the_setting_and_the_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # as find_spec and import see a package that is not there
    with pytest.raises(SettingError) as raised:
        find_passage_encoder(folder)
    assert "ENCODER" in raised.value.message
    assert ".venv/bin/pip install -e '.[onnx]'" in raised.value.hint


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(SettingError, match=name):
        find_passage_encoder(folder)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("model.onnx", b"no model"),
        ("tokenizer.json", b"{}"),
        ("config.json", b"{"),
        ("config.json", b'{"query_prefix": 1}'),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_of_the_setting(folder: Path, name: str, body: bytes) -> None:
    (folder / name).write_bytes(body)
    with pytest.raises(SettingError, match="ENCODER"):
        OnnxEncoder(folder)


def test_a_model_with_inputs_of_its_own_is_refused(folder: Path) -> None:
    write_model(folder / "model.onnx", ("input_ids", "pixel_values"))
    with pytest.raises(SettingError, match="pixel_values"):
        OnnxEncoder(folder)


@pytest.mark.parametrize("value", ["stronger", "/no/such/folder"])
def test_an_unknown_encoder_is_refused_with_the_choices(value: str) -> None:
    with pytest.raises(SettingError) as raised:
        read_settings({"ENCODER": value})
    assert value in raised.value.message
    assert "strong" in raised.value.hint


# -- in the bot ----------------------------------------------------------------------------------

ENTRIES = (
    make_entry("parking", "駐車場はありますか", "建物の裏に20台分の駐車場があり、無料でお使いいただけます。"),
    make_entry("dogs", "犬を連れて行けますか", "ペットと一緒のご利用はお断りしています。盲導犬は入れます。"),
    make_entry("hours", "何時から開いていますか", "営業時間は午前9時から午後6時までです。日曜日は休みです。"),
)


def test_the_model_in_a_folder_scores_the_suggestions(
    migrated_database: str, small_folder: str, analyzer: Analyzer, folder: Path
) -> None:
    publish_first(migrated_database, *ENTRIES)
    with bot_on(migrated_database, analyzer, ENCODER=str(folder), KNOWLEDGE=small_folder) as app:
        second = make_second_stage(app.settings.encoder, DatabaseCache(app.store.engine))
        assert second
        app.second_stage = replace(second, patience=float("inf"))
        app.prepare()
        outcome = app.searcher.snapshot.ask("建物の裏")
        assert outcome.kind != "answer"
        assert outcome.ranking.rescoring
        likeness = outcome.ranking.rescoring.likeness
        entries = app.searcher.snapshot.index.entries
        best = max(likeness, key=likeness.__getitem__)
        assert entries[best].id == "parking"
        expected = mean_of("query: 建物の裏") @ mean_of(f"passage: {entries[best].question}\n{entries[best].answer}")
        assert likeness[best] == pytest.approx(OnnxEncoder(folder).scale * float(expected), abs=1e-6)


def test_other_files_have_another_name(folder: Path, tmp_path: Path) -> None:
    name = OnnxEncoder(folder).name
    assert OnnxEncoder(folder).name == name
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "config.json").write_text('{"query_prefix": ""}')
    assert OnnxEncoder(copy).name != name
