"""`faqbot approve`: publish somebody else's proposal."""

import argparse

from bot.app import App
from bot.terminal.changes import proposal_text


def run(options: argparse.Namespace, app: App) -> int:
    """Show what it changes and does today, then publish it."""
    proposal = app.publishing.examine(options.proposal)
    print(proposal_text(proposal, app.faq.question_of))
    revision = app.publishing.publish(proposal, options.editor, override=options.override)
    print(f"第{revision}版を公開しました。" if revision else f"承認を待っています（提案 {proposal.id}）。")
    return 0
