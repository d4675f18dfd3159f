"""Questions of any moment in the query log, in tests of what it adds up to."""

from datetime import datetime

import sqlalchemy as sa

from knowledge.database.tables import feedback, queries
from knowledge.questions.feedback import Feedback, FeedbackKind
from knowledge.questions.query_log import LoggedQuery, QueryLog

CHOSEN = "chosen"  # the entry that is suggested and pressed where no entry answers


class Asking:
    """Questions and reactions at chosen moments, written through the query log."""

    def __init__(self, log: QueryLog) -> None:
        self.log, self.number = log, 0

    def ask(
        self,
        at: datetime,
        *given: FeedbackKind,
        asker: str = "",
        decision: str = "answer",
        entry: str | None = "a",
        text: str = "質問",
        door: str = "",
    ) -> str:
        """The reference of a question with a decision, and with reactions."""
        self.number += 1
        reference = f"{self.number:08x}"
        asked = LoggedQuery(
            reference=reference, door=door or ("slack" if asker else "web"), asker=asker, text=text, decision=decision,
            entry_id=entry, confidence=0.9, revision=1, milliseconds=float(self.number),
            suggested=(entry or CHOSEN,),
        )  # fmt: skip
        self.log.write(asked)
        for kind in given:
            self.log.write_feedback(Feedback(reference=reference, kind=kind, asker=asker, entry_id=entry or CHOSEN))
        with self.log.engine.begin() as connection:
            for table in (queries, feedback):
                mine = table.c.reference == reference
                connection.execute(sa.update(table).where(mine).values(at=at))
        return reference
