"""The official client of MCP talks to a running server, in both ways of the protocol.

1. It discovers us, or shakes hands with us, and finds the tools with their schemas.
2. It asks, quotes and verifies, and refuses nothing that we send as outside those schemas.
3. An editor's client proposes a variant, which waits.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from browsing import serving
from making import StartSmall, web_of
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from bot.app import App

TOKEN = "token-of-an-editor"
TRIAL = "無料お試しは何日間できますか？"


@pytest.fixture
def small(start_small: StartSmall) -> App:
    return start_small(EDITOR_TOKENS=f"sakura:{TOKEN}")


@pytest.fixture
def address(small: App) -> Iterator[str]:
    web = web_of(small)
    with serving(web) as address:
        yield f"{address}/mcp"


async def called(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error and result.structured_content is not None
    return dict(result.structured_content)


@pytest.mark.parametrize(("mode", "version"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
def test_an_assistant_asks_quotes_and_verifies(address: str, small: App, mode: Any, version: str) -> None:
    async def journey() -> None:
        async with Client(address, mode=mode) as client:
            assert client.protocol_version == version
            assert small.faq.site.about in (client.instructions or "")
            listed = (await client.list_tools()).tools
            assert [tool.name for tool in listed] == ["ask", "search", "get_entry", "verify_quote"]
            assert all(tool.title and tool.output_schema for tool in listed)
            told = await called(client, "ask", query=TRIAL)
            assert told["decision"] == "answer"
            assert (await called(client, "verify_quote", text=told["entry"]["answer"]))["is_current"]
            before = [{"query": TRIAL, "shown": [told["entry"]["id"]]}]
            further = await called(client, "ask", query="延長は？", conversation=before)
            assert further["candidates"][0]["id"] == "trial-extension"
            assert (await called(client, "ask", query="縄文土器の文様"))["decision"] == "abstain"
            gone = await client.call_tool("get_entry", {"id": "no-such-entry"})
            assert gone.is_error

    asyncio.run(journey())


def test_an_editors_assistant_proposes(address: str, small: App) -> None:
    async def journey() -> None:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            assert (await called(client, "list_gaps"))["total"] == 0
            wanted = {"id": "trial-extension", "variants": ["体験版をのばしたい"], "reason": "実際の言い方"}
            assert (await called(client, "propose_variant", **wanted))["state"] == "waiting"

    asyncio.run(journey())
    assert [one.editor for one in small.publishing.proposals.waiting()] == ["sakura"]
