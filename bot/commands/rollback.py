"""`faqbot rollback`: bring a revision back, as a new one."""

import argparse

from bot.app import App
from bot.terminal.changes import proposal_text
from bot.wording.changes import REFUSED_DRY_RUN


def run(options: argparse.Namespace, app: App) -> int:
    """Through the gate like every change; nothing is erased. Returns 1 for a dry run that would be refused."""
    live = app.store.load()
    change = app.publishing.history.way_back(options.revision, live)
    reason = options.reason or f"第{options.revision}版に戻す"
    propose = app.publishing.measure if options.dry_run else app.publishing.propose
    proposal = propose(change, options.editor, reason)
    print(proposal_text(proposal, app.faq.question_of))
    if options.dry_run and proposal.impact.refused and not options.override:
        print(REFUSED_DRY_RUN)
        return 1
    if options.dry_run:
        print("確認だけを行いました。戻すには --dry-run を外してください。")
        return 0
    revision = app.publishing.publish(proposal, options.editor, override=options.override)
    if revision is None:
        print(f"ほかの編集者の承認を待っています（提案 {proposal.id}）。")
    else:
        print(f"第{options.revision}版の内容に戻し、第{revision}版として公開しました。")
    return 0
