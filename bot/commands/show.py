"""`faqbot show`: an entry as it is, or as it was at a date."""

import argparse
import json
from datetime import UTC, datetime

from bot.app import App
from knowledge.entry import TOKYO
from knowledge.entry_reader import read_moment
from knowledge.errors import FaqError
from knowledge.labels import FIELD_LABELS
from knowledge.revisions.history import History


def run(options: argparse.Namespace, app: App) -> int:
    """Every field, with the revision; a date means how that day ended."""
    history = History(app.store.engine)
    moment = read_moment(options.at, end_of_day=True) if options.at else datetime.now(UTC)
    at = history.at(moment)
    version = next((one for one in history.versions(options.id) if one.revision.number <= at), None)
    if version is None:
        when = f"{moment.astimezone(TOKYO):%Y-%m-%d %H:%M} に" if options.at else ""
        raise FaqError(
            f"id「{options.id}」の項目は{when}ありません。", f"`faqbot history {options.id}` で履歴を確かめてください。"
        )
    entry = version.entry
    if options.json:
        values = {"revision": version.revision.number, "entry": entry and entry.to_fields()}
        print(json.dumps(values, ensure_ascii=False))
        return 0
    print(f"第{version.revision.number}版（{version.revision.at.astimezone(TOKYO):%Y-%m-%d %H:%M}）")
    if entry is None:
        print("この版で削除されました。")
        return 0
    for name, value in entry.to_fields().items():
        shown = "\n".join(value) if isinstance(value, list) else "はい" if value is True else str(value)
        print(f"{FIELD_LABELS[name]}: {shown}" if "\n" not in shown else f"{FIELD_LABELS[name]}:\n{_indented(shown)}")
    return 0


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
