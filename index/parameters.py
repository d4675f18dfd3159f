"""Numbers of retrieval that somebody chose and several modules use; others stand at the head of their module."""

MAX_QUERY = 1_000  # characters of a question that are read; longer ones are cut (a page of text)
MAX_CANDIDATES = 10  # hits a reply carries for staff and evaluation
MAX_SUGGESTIONS = 3  # questions offered as buttons: more are not read on a phone

# A question of so few reading n-grams with so little information (sum of idf) is a bare one: いくら？ 手続きは？
# Of 1,252 answered queries of four writers none is as bare; 違約金 has 6.9, 解約料 6.2, 料金は？ 1.7.
MAX_BARE_GRAMS = 6
MAX_BARE_INFORMATION = 2.6

# A question of one word is not answered where every text of the best entry is less like it than this, in words,
# readings and meaning: that the entry says it somewhere (結構です) is no sign that it is meant. Right ones have 0.45.
MIN_ONE_WORD_LIKENESS = 0.35
# The likeness in meaning from which a question without kana gets suggestions whatever its confidence, which misses the
# words of another language. Known questions have 0.39 to 0.9 there, others (poems, presidents) 0.2 to 0.5.
MIN_FOREIGN_LIKENESS = 0.42

# BM25. A term that an entry says once is nearly as good as said ten times (low k1), which suits
# both 20 short variants and long answers. On the judged queries any k1 from 0.1 to 0.9 and b from
# 0.4 to 0.8 stays within 0.005 hit@1; the four public Japanese sets are best near these two.
# Neighbouring words as one more term (compounds, shingles) were tried and left out: the readings'
# n-grams already see them, and they made the confidence worse (loss 0.29 → 0.31).
K1 = 0.1
B = 0.7

# An answer says much more than was asked, so that a question is like a short answer for its length
# alone: likeness in meaning to an answer counts for this part of likeness to a question.
ANSWER_LIKENESS = 0.6
