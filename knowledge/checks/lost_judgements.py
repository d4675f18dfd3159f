"""A check for judged queries whose right entry a change removes."""

from collections.abc import Collection, Iterator, Sequence

from knowledge.entry import Entry
from knowledge.errors import Problem, Severity
from knowledge.judged import JudgedQuery
from knowledge.match_key import match_key

HINT = "判定つき質問の正解を、正しい項目に直すか、その行を消してください。そのままでは、直接の回答の根拠になりません。"


def check_lost_judgements(
    removed: Collection[Entry], after: Sequence[Entry], judged: Sequence[JudgedQuery]
) -> Iterator[Problem]:
    """A warning for each removed entry that is still the right one of judged queries, and what has its question now."""
    heirs = {match_key(entry.question): entry.id for entry in after}
    for entry in removed:
        asked = [query.line for query in judged if entry.id in query.entries]
        if asked:
            heir = heirs.get(match_key(entry.question), "")
            told = f"無くなる「{entry.id}」が、判定つき質問{len(asked)}件の正解です（例「{asked[0]}」）。"
            hint = f"同じ質問の項目は「{heir}」です。{HINT}" if heir else HINT
            yield Problem(told, hint, severity=Severity.WARNING)
