"""Links to entries' pages that people pass on in Slack.

1. Question, conclusion and notice stand under the link, while it is written and after it is posted.
2. Every other link stays as Slack shows it: other sites, other pages, what is not live, look-alikes.
3. Slack is asked for links, and its manifest names the domain, only where the web door has one.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from fake_slack import FakeSlack
from making import StartSmall
from slack_tester import CHANNEL, SlackTester, only, shown, slack_on

from bot.app import App
from bot.faq import Faq
from bot.markdown import conclusion
from bot.slack.manifest import plain_manifest, scopes_of
from bot.wording import sentences

PUBLIC = "https://faq.example.com"
PAGE = f"{PUBLIC}/faq/free-trial-10days"


@pytest.fixture
def app(start_small: StartSmall) -> App:
    return start_small(PUBLIC_URL=PUBLIC)


@pytest.fixture
def slack(app: App, fake_slack: FakeSlack) -> Iterator[SlackTester]:
    with slack_on(app, fake_slack) as slack:
        yield slack


def share(slack: SlackTester, *addresses: str, source: str = "conversations_history") -> list[dict[str, Any]]:
    """The calls that the bot makes when somebody writes or posts these links."""
    links = [{"domain": "faq.example.com", "url": address} for address in addresses]
    where = {"channel": CHANNEL, "message_ts": "1700000000.000100", "unfurl_id": "C0.1.abc", "source": source}
    return slack.calls_of({"type": "link_shared", "links": links, "is_bot_user_member": True} | where)


@pytest.mark.parametrize("source", ["composer", "conversations_history"])
@pytest.mark.parametrize("address", [PAGE, f"{PAGE}?from=mail", f"{PAGE}#answer", PAGE.replace("faq.ex", "FAQ.ex")])
def test_question_and_conclusion_stand_under_a_link_to_an_entry(
    slack: SlackTester, app: App, source: str, address: str
) -> None:
    call = only(share(slack, address, source=source), "chat.unfurl")
    assert (call["unfurl_id"], call["source"]) == ("C0.1.abc", source)
    entry = app.faq.entry("free-trial-10days")
    assert entry
    text = shown(call["unfurls"][address])
    assert text.startswith(f"{entry.question}\n→ {conclusion(entry.answer)}")
    assert text.endswith(sentences.notice(entry, app.faq.site))


def test_of_several_links_those_to_entries_are_shown(slack: SlackTester) -> None:
    call = only(share(slack, PAGE, f"{PUBLIC}/search?q=x", f"{PUBLIC}/faq/plan-prices"), "chat.unfurl")
    assert set(call["unfurls"]) == {PAGE, f"{PUBLIC}/faq/plan-prices"}


@pytest.mark.parametrize(
    "address",
    [
        "",
        PUBLIC,
        f"{PUBLIC}/",
        f"{PUBLIC}/faq/",
        f"{PUBLIC}/faq/no-such-entry",
        f"{PUBLIC}/faq/free-trial-10days/more",
        f"{PUBLIC}/search?q=/faq/free-trial-10days",
        f"{PUBLIC}.evil.example/faq/free-trial-10days",
        "https://faq.example.com:8443/faq/free-trial-10days",
        "/faq/free-trial-10days",
    ],
)
def test_every_other_link_stays_as_slack_shows_it(slack: SlackTester, address: str) -> None:
    assert share(slack, address) == []


def test_without_an_address_of_its_own_the_bot_knows_no_page(app: App) -> None:
    assert Faq(app.searcher).entry_at("/faq/free-trial-10days") is None


@pytest.mark.parametrize(
    ("public_url", "domains"),
    [
        (PUBLIC, ["faq.example.com"]),
        ("https://faq.example.com:8443", ["faq.example.com"]),
        ("", None),
        ("http://localhost:3000", None),
        ("http://192.0.2.7", None),
        ("http://[2001:db8::1]:3000", None),
    ],
)
def test_slack_is_asked_for_links_only_where_there_is_a_domain(public_url: str, domains: list[str] | None) -> None:
    made = plain_manifest(public_url)
    assert made["features"].get("unfurl_domains") == domains
    assert ("link_shared" in made["settings"]["event_subscriptions"]["bot_events"]) == bool(domains)
    assert ({"links:read", "links:write"} <= set(scopes_of(made))) == bool(domains)
