"""Every number of retrieval that somebody chose, with its reason; learned numbers live in weights.json."""

MAX_QUERY = 1_000  # characters of a question that are read; longer ones are cut (a page of text)
MAX_CANDIDATES = 10  # hits a reply carries for staff and evaluation
MAX_SUGGESTIONS = 3  # questions offered as buttons: more are not read on a phone

# BM25 over question and variants: the usual k1 and b. Entries have 15 to 25 short variants, so
# both hardly matter there (hit@1 moves by 0.01 between k1 0.9 and 3).
QUESTION_K1 = 1.2
QUESTION_B = 0.75
# BM25 over answers.
ANSWER_K1 = 1.2
ANSWER_B = 0.75
