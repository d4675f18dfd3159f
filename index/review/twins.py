"""One line for a question that is several things at once: asked by people, judged, and an entry's own text."""

from dataclasses import replace

from index.review.impact import Impact, ImpactLine, Source
from knowledge.match_key import match_key

WEIGHTS = (Source.JUDGED, Source.REAL, Source.VARIANT)  # the weightiest first


def each_once(impact: Impact) -> Impact:
    """The impact with one line of each question at each moment: the worst, with all that is known of the question.

    Its source is the weightiest, as WEIGHTS has them.
    """
    kept: dict[object, ImpactLine] = {}
    for line in impact.lines:  # worst first
        key = match_key(line.query), line.at
        first = kept.setdefault(key, line)
        sure = next((one for one in (first, line) if one.source is Source.JUDGED), None)  # that none is right, too
        expected = sure.expected if sure else first.expected or line.expected
        kept[key] = replace(first, expected=expected, source=min(first.source, line.source, key=WEIGHTS.index))
    return replace(impact, lines=tuple(kept.values()))
