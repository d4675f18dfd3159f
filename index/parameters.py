"""Every number of retrieval that somebody chose, with its reason; learned numbers live in weights.json."""

MAX_QUERY = 1_000  # characters of a question that are read; longer ones are cut (a page of text)
MAX_CANDIDATES = 10  # hits a reply carries for staff and evaluation
MAX_SUGGESTIONS = 3  # questions offered as buttons: more are not read on a phone

# How often each field's terms count in an entry's document (BM25F with whole boosts).
# Chosen by `make evaluate`-style cross-validation on the judged queries: any boosts from 1 to 3
# stay within 0.01 hit@1, so the editor's own wording of the question counts double and that is all.
QUESTION_BOOST = 2
VARIANT_BOOST = 1
ANSWER_BOOST = 1
CATEGORY_BOOST = 1

# BM25. A term that an entry says once is nearly as good as said ten times (low k1), which suits
# both 20 short variants and long answers: hit@1 on four public Japanese sets is best near 0.4.
K1 = 0.4
B = 0.7
