"""`faqbot history`: who changed what, when and why."""

import argparse
import json
from collections.abc import Sequence
from typing import Any

from bot.app import App
from bot.wording.changes import change_lines
from knowledge.changes import Difference, EntryChange
from knowledge.entry import TOKYO
from knowledge.errors import FaqError
from knowledge.revisions.history import History, Revision
from knowledge.revisions.revision_list import revision_contents

Changes = dict[int, Sequence[Difference]]  # by the number of the revision that made them


def run(options: argparse.Namespace, app: App) -> int:
    """The newest revisions, the versions of one entry, or what one revision changed. Raises FaqError for both."""
    if options.id and options.revision is not None:
        raise FaqError("項目のidと --revision は、どちらか1つだけを指定できます。", "もう1つを消してください。")
    history = History(app.store.engine)
    changes: Changes = {}
    if options.revision is not None:
        revisions = [history.find(options.revision)]
        changes = {options.revision: revision_contents(history.engine, options.revision).differences}
    elif options.id:
        revisions, changes = _of_entry(history, options.id)
    else:
        revisions = history.revisions(options.limit)
    if options.json:
        print(json.dumps([_json(one, changes.get(one.number)) for one in revisions], ensure_ascii=False))
        return 0
    for one in revisions:
        print(revision_line(one))
        for line in change_lines(changes.get(one.number, ())):
            print(f"  {line}")
    return 0


def _of_entry(history: History, entry_id: str) -> tuple[list[Revision], Changes]:
    """The revisions that changed an entry, newest first. Raises FaqError where there are none."""
    versions = history.versions(entry_id)
    if not versions:
        hint = "`faqbot ask` か一覧で、idの綴りを確かめてください。"
        raise FaqError(f"id「{entry_id}」の項目はありません。", hint)
    older = [version.entry for version in versions[1:]] + [None]
    changes: Changes = {
        version.revision.number: [EntryChange(before, version.entry)]
        for version, before in zip(versions, older, strict=True)
    }
    return [version.revision for version in versions], changes


def revision_line(one: Revision) -> str:
    """A revision in one line: number, when, who, why."""
    approved = f"、承認 {one.approved_by}" if one.approved_by else ""
    override = f"　※止められた公開を承知で行った理由: {one.override}" if one.override else ""
    when = f"{one.at.astimezone(TOKYO):%Y-%m-%d %H:%M}"
    return f"第{one.number}版　{when}　{one.who}{approved}　{one.reason or '（理由なし）'}{override}"


def _json(one: Revision, changes: Sequence[Difference] | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "revision": one.number,
        "at": one.at.isoformat(),
        "editor": one.editor,
        "reason": one.reason,
        "override": one.override or None,
        "approved_by": one.approved_by or None,
    }
    if changes is not None:
        values["changes"] = [
            {
                "id": change.id,
                "kind": change.kind.name.lower(),
                "fields": [
                    {"field": field.field, "before": field.before, "after": field.after} for field in change.fields()
                ],
            }
            for change in changes
        ]
    return values
