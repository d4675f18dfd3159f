"""Structured data (schema.org) for machines that read pages."""

from typing import Any

from bot.markdown import unmarked
from knowledge.entry import Entry
from knowledge.site import Site

CONTEXT = "https://schema.org"


def question_data(entry: Entry, url: str) -> dict[str, Any]:
    """An entry as a FAQPage; empty for one that declines, which is no answer. `url` is "" where it is not known."""
    if entry.declines:
        return {}
    answer = {"@type": "Answer", "text": unmarked(entry.answer)} | ({"url": entry.url} if entry.url else {})
    question = {"@type": "Question", "name": entry.question, "acceptedAnswer": answer}
    page = {"@context": CONTEXT, "@type": "FAQPage", "inLanguage": "ja"}
    dated = {"lastReviewed": entry.as_of.isoformat()} if entry.as_of else {}
    return page | ({"url": url} if url else {}) | dated | {"mainEntity": [question]}


def site_data(site: Site, url: str, search: str) -> dict[str, Any]:
    """The site with its search, whose address `search` is; empty where its `url` is not known."""
    if not url:
        return {}
    asking = {"@type": "SearchAction", "target": f"{search}?q={{query}}", "query-input": "required name=query"}
    return {"@context": CONTEXT, "@type": "WebSite", "name": site.title, "url": url, "potentialAction": asking}
