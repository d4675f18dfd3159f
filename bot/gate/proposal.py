"""A proposal as editors see it: the stored change, what it changes, and the effect it was measured to have."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.wording.editing import JUDGED_WRONGLY, UNLINKED
from index.review.effect import Effect
from index.review.impact import Impact
from knowledge.changes import Difference, EntryChange
from knowledge.entry import Entry
from knowledge.entry_reader import read_entry
from knowledge.errors import FaqError, KnowledgeError, Problem
from knowledge.files.list_files import list_problems
from knowledge.revisions.proposals import ProposalState, StoredProposal
from knowledge.revisions.store import Change


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change with its differences from the live entries and lists, and its effect."""

    stored: StoredProposal
    differences: tuple[Difference, ...]
    effect: Effect
    unlinked: frozenset[str] = frozenset()  # entries that only lose their relation to what is taken back

    @property
    def id(self) -> str:
        """The proposal's id, "" for one that is not stored."""
        return self.stored.id

    @property
    def impact(self) -> Impact:
        """The questions that it changes."""
        return self.effect.impact

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The warnings about its entries, which do not keep it from being published."""
        return self.effect.problems

    @property
    def written(self) -> tuple[Entry, ...]:
        """The entries that its editor wrote, as they are afterwards."""
        return tuple(one.entry for one in self.differences if one.entry and one.id not in self.unlinked)

    @property
    def seen(self) -> tuple[Entry, ...]:
        """Those of them that look different to people afterwards."""
        before = {one.id: one.before for one in self.differences if isinstance(one, EntryChange)}
        return tuple(one for one in self.written if _look(one) != _look(before[one.id]))

    @property
    def added_variants(self) -> list[tuple[Entry, str]]:
        """The ways to ask that it adds to entries that were there, each with its entry."""
        before = {one.id: one.before for one in self.differences if isinstance(one, EntryChange)}
        pairs = [(one, before[one.id]) for one in self.written]
        return [(one, text) for one, old in pairs if old for text in one.variants if text not in old.variants]

    @property
    def goes_along(self) -> str:
        """The effect on the entries that its editor did not write, in words; "" where there is none."""
        return UNLINKED.format(number=len(self.unlinked)) if self.unlinked else ""

    def naming(self, question_of: Callable[[str], str]) -> Callable[[str], str]:
        """An entry's question by its id, of a removed one too; `question_of` knows those that stay as they are."""
        changed = {one.id: one.question for one in self.differences if isinstance(one, EntryChange)}
        return lambda entry_id: changed.get(entry_id) or question_of(entry_id)


def _look(entry: Entry | None) -> tuple[object, ...]:
    """All of an entry that people see."""
    if entry is None:
        return ()
    return entry.question, entry.answer, entry.url, entry.as_of, entry.declines, entry.status


ASK_ANOTHER = "ほかの編集者に承認を頼んでください。"
ONE_PERSON = (
    "1回だけのリンクで入った方は、名前が違っても同じ人として扱います。承認は、Slackか端末（faqbot approve）でできます。"
)


class PublishRefused(FaqError):
    """The change loses judged queries, or answers what must not be answered; `impact` says which."""

    def __init__(self, impact: Impact) -> None:
        refused = impact.refused
        super().__init__(
            f"公開を止めました。判定つきの質問{len(refused)}件の結果が悪くなります（例「{refused[0].query}」）。",
            f"内容を直すか、それでも公開する理由を書いてください。理由は履歴に残ります。{JUDGED_WRONGLY}",
        )
        self.impact = impact


class ReviewRequired(FaqError):
    """Somebody else has to approve: whoever asks proposed it, under the same name or not."""

    def __init__(self, *, is_named_so: bool) -> None:
        super().__init__("提案した本人は承認できません。", f"{'' if is_named_so else ONE_PERSON}{ASK_ANOTHER}")


def not_in_state(stored: StoredProposal) -> FaqError:
    """The error for an action that the proposal's state does not allow; it tells the state and the next step."""
    match stored.state:
        case ProposalState.OPEN:
            told, hint = "まだ承認に出されていません", "公開しなければ何も変わりません。数日後に自動で消えます。"
        case ProposalState.WAITING:
            told, hint = "承認を待っています", "承認するか、取り下げてください。"
        case ProposalState.PUBLISHED:
            told = f"すでに第{stored.revision}版として公開されています"
            hint = "元に戻すときは、もう一度編集するか、`faqbot rollback` を使ってください。"
        case ProposalState.WITHDRAWN:
            told, hint = "すでに取り下げられています", "必要なら、もう一度編集からやり直してください。"
    return FaqError(f"提案 {stored.id} は、{told}。", hint)


def refuse_faults(change: Change) -> None:
    """Raise KnowledgeError when a field of an entry or a line of a list cannot be read."""
    faults = [
        Problem(fault.message, fault.hint, entry_id=entry.id, field=fault.field)
        for entry in change.put
        for fault in read_entry(entry.to_fields())[1]
    ]
    faults += [fault for name, text in change.lists.items() for fault in list_problems(name, text, name.file)]
    if faults:
        raise KnowledgeError(faults)
