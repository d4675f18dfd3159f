"""What the web application offers to other programs."""

from flask import Flask

from bot.faq import Faq
from bot.handing import HandOver
from bot.setting_table import Settings
from bot.web.api.calls import Api
from bot.web.api.cross_origin import share_with_origins
from bot.web.api.openapi import add_document
from bot.web.api.routes import add_routes


def add_programs(web: Flask, faq: Faq, settings: Settings, hand_over: HandOver | None) -> None:
    """Add the API and its document; `hand_over` takes a question to the people who answer."""
    add_routes(web, Api(faq, hand_over))
    add_document(web, faq.site.title, settings.public_url)
    share_with_origins(web, settings)
