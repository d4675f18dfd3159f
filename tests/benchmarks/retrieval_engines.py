"""The engines that `engines.py` compares: each is prepared, built from documents, and finds the best ten for a text.

The others are used as most people use them for Japanese, with their own constants: the words of a dictionary for
those that want words, characters for those that cut texts themselves. All keep their index in memory.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import bm25s
import fugashi
import numpy as np
import tantivy
from rank_bm25 import BM25Okapi

from index.encoder.encoder import Encoder, load_encoder
from index.parameters import K1, MAX_CANDIDATES, B
from index.ranking.bm25 import Bm25
from index.ranking.entry_index import EntryIndex
from index.ranking.postings import best
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.entry import Entry
from knowledge.folder import SHIPPED

Find = Callable[[str], list[int]]  # the numbers of the best documents for a text, the best first
Build = Callable[[Sequence[Entry]], Find]

WRITER_BYTES = 128_000_000  # tantivy's default
LARGEST = 100_000
PRACTICAL = 10_000


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine; `prepare` loads what does not grow with the documents, dictionary and models."""

    name: str
    about: str
    prepare: Callable[[], Build]
    largest: int = LARGEST  # number of documents it is measured at; beyond it takes too long
    queries: int = 200  # asked where the time of one is measured


def text_of(entry: Entry) -> str:
    """A document as one text: question, variants and answer."""
    return "\n".join((entry.question, *entry.variants, entry.answer))


def surface_words() -> Callable[[str], list[str]]:
    """The words of a text as they are written."""
    tagger = fugashi.Tagger("-Owakati")
    return lambda text: tagger.parse(text).split()


def prepare_rank_bm25() -> Build:
    """rank-bm25's Okapi over words."""
    cut = surface_words()

    def build(documents: Sequence[Entry]) -> Find:
        index = BM25Okapi([cut(text_of(document)) for document in documents])
        return lambda text: np.argsort(-index.get_scores(cut(text)), kind="stable")[:MAX_CANDIDATES].tolist()

    return build


def prepare_bm25s() -> Build:
    """bm25s over words."""
    cut = surface_words()

    def build(documents: Sequence[Entry]) -> Find:
        index = bm25s.BM25()
        index.index([cut(text_of(document)) for document in documents], show_progress=False)
        count = min(MAX_CANDIDATES, len(documents))

        def find(text: str) -> list[int]:
            words = [word for word in cut(text) if word in index.vocab_dict]
            return index.retrieve([words], k=count, show_progress=False).documents[0].tolist() if words else []

        return find

    return build


def prepare_tantivy() -> Build:
    """The engine tantivy over its own bigrams of characters, any of which may match."""
    bigrams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2)).filter(tantivy.Filter.lowercase()).build()
    fields = tantivy.SchemaBuilder()
    fields.add_integer_field("number", stored=True)
    fields.add_text_field("text", tokenizer_name="bigrams", index_option="freq")
    schema = fields.build()

    def build(documents: Sequence[Entry]) -> Find:
        index = tantivy.Index(schema)
        index.register_tokenizer("bigrams", bigrams)
        writer = index.writer(WRITER_BYTES, num_threads=1)
        for number, document in enumerate(documents):
            writer.add_document(tantivy.Document(number=number, text=text_of(document)))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()

        def find(text: str) -> list[int]:
            any_of = [(tantivy.Occur.Should, _term(schema, bigram)) for bigram in dict.fromkeys(bigrams.analyze(text))]
            hits = searcher.search(tantivy.Query.boolean_query(any_of), MAX_CANDIDATES, count=False).hits
            return [int(searcher.doc(address).to_dict()["number"][0]) for _, address in hits]

        return find

    return build


def _term(schema: tantivy.Schema, bigram: str) -> tantivy.Query:
    return tantivy.Query.term_query(schema, "text", bigram, index_option="freq")


def prepare_fts5() -> Build:
    """SQLite's full-text search over its own trigrams of characters, any of which may match."""

    def build(documents: Sequence[Entry]) -> Find:
        database = sqlite3.connect(":memory:")
        database.execute("CREATE VIRTUAL TABLE documents USING fts5 (text, tokenize = 'trigram')")
        rows = ((number, text_of(document)) for number, document in enumerate(documents))
        database.executemany("INSERT INTO documents (rowid, text) VALUES (?, ?)", rows)
        database.commit()

        def find(text: str) -> list[int]:
            any_of = " OR ".join(_quoted_trigrams(text))
            found = "SELECT rowid FROM documents WHERE documents MATCH ? ORDER BY rank LIMIT ?"
            return [row[0] for row in database.execute(found, (any_of, MAX_CANDIDATES))] if any_of else []

        return find

    return build


def _quoted_trigrams(text: str) -> Iterator[str]:
    for trigram in dict.fromkeys(text[start : start + 3] for start in range(len(text) - 2)):
        yield '"' + trigram.replace('"', '""') + '"'


def prepare_words() -> Build:
    """The BM25 postings of the product alone, over its terms."""
    analyzer = _analyzer()

    def build(documents: Sequence[Entry]) -> Find:
        index = Bm25.of([analyzer.plain_terms(text_of(document)) for document in documents], K1, B)
        return lambda text: best(index.scores(dict.fromkeys(analyzer.plain_terms(text))), MAX_CANDIDATES).tolist()

    return build


def prepare_lexical() -> Build:
    """The product without the encoder."""
    return _product(None)


def prepare_semantic() -> Build:
    """The product with the encoder."""
    encoder = load_encoder()
    assert encoder, "the extra faqbot[semantic] is missing"
    return _product(encoder)


def _product(encoder: Encoder | None) -> Build:
    analyzer = _analyzer()

    def build(documents: Sequence[Entry]) -> Find:
        index = EntryIndex(documents, analyzer, encoder)
        return lambda text: index.rank(index.query(text)).order

    return build


def _analyzer() -> Analyzer:
    return Analyzer(Tokenizer(), SHIPPED.read_synonyms())


WORDS = "written words of fugashi with unidic-lite, its own constants"
ENGINES = (
    Engine("faqbot with the encoder", "all signals of the first stage", prepare_semantic, PRACTICAL),
    Engine("faqbot, lexical", "the same without the extra", prepare_lexical, PRACTICAL),
    Engine(
        "faqbot, BM25 alone", "its terms and postings: one of its signals, with the constants of one", prepare_words
    ),
    Engine("rank-bm25", f"`BM25Okapi`, {WORDS}", prepare_rank_bm25, queries=20),
    Engine("bm25s", f"{WORDS}", prepare_bm25s),
    Engine("tantivy", "its bigrams of characters, in memory, one thread", prepare_tantivy),
    Engine("SQLite FTS5", "its trigrams of characters, in memory, `bm25()`", prepare_fts5),
)
