"""`faqbot withdraw`: give a waiting proposal up."""

import argparse

from bot.app import App


def run(options: argparse.Namespace, app: App) -> int:
    """Take the proposal back; nothing is published."""
    app.publishing.withdraw(options.proposal)
    print(f"提案 {options.proposal} を取り下げました。")
    return 0
