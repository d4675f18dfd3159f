"""The part of the web application that is for other programs: the API and MCP."""

from flask import Flask

from bot.hand_over import HandOver
from bot.setting_table import Settings
from bot.web.api.calls import Api
from bot.web.api.cross_origin import share_with_origins
from bot.web.api.openapi import add_document
from bot.web.api.routes import add_routes
from bot.web.mcp.endpoint import add_mcp
from bot.web.mcp.tools import Tools


def add_programs(
    web: Flask,
    settings: Settings,
    tools: Tools,
    hand_over: HandOver | None,
) -> None:
    """Add the API, its document and MCP; `hand_over` takes a question to the people who answer."""
    faq = tools.faq
    add_routes(web, Api(faq, hand_over))
    add_document(web, lambda: faq.site.title, settings.public_url)
    add_mcp(web, tools, settings)
    share_with_origins(web, settings)
