"""`faqbot migrate`: the schema up to date, the knowledge base's files imported, everything derived prepared."""

import argparse

from bot.app import App
from bot.terminal.progress import with_progress
from bot.wording.evidence import evidence_lines
from knowledge.shipping import ship_files


def run(options: argparse.Namespace, app: App) -> int:
    """Migrate, import three-way and prepare the first snapshot; conflicts leave the live entries alone."""
    app.watch = with_progress
    before = app.store.revision()
    merged = ship_files(app.store, app.settings.knowledge)
    print(f"データベース: 第{app.store.revision()}版（項目 {len(app.store.load().entries)}件）")
    if before and merged.changes:
        lists = "".join(f"・{name.label} 変更" for name in merged.lists)
        print(f"ファイルから: 追加 {len(merged.added)}・変更 {len(merged.changed)}・削除 {len(merged.removed)}{lists}")
    for conflict in merged.conflicts:
        print(f"競合: {conflict} はファイルとデータベースの両方で変更されています。公開中の内容を残しました。")
    app.prepare()
    snapshot = app.faq.searcher.snapshot  # encodes new texts and calibrates, so that no question waits for it
    print("\n".join(evidence_lines(snapshot)))
    print(f"検索の準備ができました（第{snapshot.revision}版、回答する項目 {len(snapshot.index.entries)}件）。")
    return 0
