"""`faqbot approve`: publish somebody else's proposal."""

import argparse

from bot.app import App
from bot.commands.import_files import print_proposal, question_of


def run(options: argparse.Namespace, app: App) -> int:
    """Show what it changes and does today, then publish it."""
    proposal = app.publishing.examine(options.proposal)
    print_proposal(proposal, question_of(app))
    revision = app.publishing.publish(proposal, options.editor, override=options.override)
    print(f"第{revision}版を公開しました。" if revision else f"承認を待っています（提案 {proposal.id}）。")
    return 0
