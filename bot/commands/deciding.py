"""`faqbot approve` and `faqbot withdraw`: what becomes of a proposal that waits."""

import argparse

from bot.app import App
from bot.terminal.changes import proposal_text


def run(options: argparse.Namespace, app: App) -> int:
    """Publish somebody else's proposal, or give it up."""
    if options.command == "approve":
        _approve(options, app)
    else:
        app.publishing.withdraw(options.proposal)
        print(f"提案 {options.proposal} を取り下げました。")
    return 0


def _approve(options: argparse.Namespace, app: App) -> None:
    """Show what it changes and does today, then publish it."""
    proposal = app.publishing.examine(options.proposal)
    print(proposal_text(proposal, app.faq.question_of))
    revision = app.publishing.publish(proposal, options.editor, override=options.override)
    print(f"第{revision}版を公開しました。" if revision else f"承認を待っています（提案 {proposal.id}）。")
