"""What a ranking says about itself: the features from which the confidence in its best hit is computed."""

import numpy as np
from numpy.typing import NDArray

from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LEXICAL, SEMANTIC, Ranking

LEAD_WITHOUT_RIVAL = 10.0  # score units; also the largest lead that is told, since more of it says no more
ALWAYS = ("belief", "lead", "lead_over_other_kind", "unknown", "unknown_head", "length", *LEXICAL)


def feature_names(*, semantic: bool) -> tuple[str, ...]:
    """The names of the features, in order."""
    return (*ALWAYS, *SEMANTIC) if semantic else ALWAYS


def features(index: EntryIndex, ranking: Ranking) -> NDArray[np.float64]:
    """The features of the best hit.

    belief: log odds of its share; lead: its score minus the next one's; lead over the other kind:
    minus that of the best declining entry, or answering one if it declines itself; unknown: part of
    the query in words no entry holds; unknown head: the same of the words before its first particle
    (「東京電力の解約」 is about something else); length: ln(1 + words); and its own signals.
    """
    best = ranking.order[0]
    scores = ranking.scores
    share = float(np.clip(ranking.shares[best], 1e-6, 1 - 1e-6))
    kinds = ranking.signals[-1]
    others = scores[kinds != kinds[best]]
    rivals = np.delete(scores, best)
    analysis = ranking.query.analysis
    return np.array(
        [
            np.log(share / (1 - share)),
            min(LEAD_WITHOUT_RIVAL, scores[best] - rivals.max()) if len(rivals) else LEAD_WITHOUT_RIVAL,
            min(LEAD_WITHOUT_RIVAL, scores[best] - others.max()) if len(others) else LEAD_WITHOUT_RIVAL,
            index.unknown_share(analysis.terms),
            index.unknown_share(analysis.head),
            np.log1p(len(dict.fromkeys(analysis.terms))),
            *ranking.signals[:-1, best],
        ]
    )
