"""Modals that only tell something."""

from bot.slack.views.blocks import Block, modal, paragraph


def notice_modal(text: str) -> Block:
    """A sentence about what was done, or why not."""
    return modal("お知らせ", [paragraph(text)], "done")


def working_modal(text: str) -> Block:
    """A sentence that stands there while something takes its seconds."""
    return modal("お待ちください", [paragraph(text)], "working")
