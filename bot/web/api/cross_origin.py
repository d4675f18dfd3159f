"""Pages of other sites that may call the API (CORS), and whether a request comes from one that may not."""

from flask import Flask, Request, Response, request

from bot.setting_table import Settings
from bot.setting_values import ANY_ORIGIN
from bot.web.api.problems import is_for_programs

ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID"
    ),
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "600",
}


def is_allowed(asking: Request, settings: Settings) -> bool:
    """True for a request of no page, of a page of ours, or of one that the setting API_ORIGINS names."""
    origin = asking.headers.get("Origin", "").lower()
    return not origin or origin == settings.public_url.lower() or bool({origin, ANY_ORIGIN} & settings.api_origins)


def share_with_origins(web: Flask, settings: Settings) -> None:
    """Let the pages of API_ORIGINS read what the API answers; it knows no cookies, so none are sent."""

    @web.after_request
    def share(response: Response) -> Response:
        if settings.api_origins and is_for_programs(request):
            response.vary.add("Origin")
            if "Origin" in request.headers and is_allowed(request, settings):
                response.headers.update(ALLOWED | {"Access-Control-Allow-Origin": request.headers["Origin"]})
        return response
