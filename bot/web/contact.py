"""The form that passes an inquiry on to people."""

from flask import Blueprint, render_template, request

from bot.hand_over import HandedQuestion, HandOver, NotHandedError
from bot.web.askers import asker_at
from bot.web.door import Door
from bot.web.entry_pages import reference_in
from bot.wording import doors
from index.text.filters import drop_invisible

MAX_TEXT = 2_000  # characters of an inquiry
MAX_REACH = 200
FIELDS = {"words": MAX_TEXT, "reach": MAX_REACH}


def add_contact(pages: Blueprint, door: Door, hand_over: HandOver) -> None:
    """Add `/contact`."""

    @pages.get("/contact")
    def contact() -> str:
        asked = drop_invisible(request.args.get("q", ""))[:MAX_TEXT]
        return _form({"words": asked}, reference_in(request.args.get("ref", "")))

    @pages.post("/contact")
    def send() -> tuple[str, int]:
        written = {name: _text(request.form.get(name, ""))[:longest] for name, longest in FIELDS.items()}
        asked = reference_in(request.form.get("ref", ""))
        if not all(written.values()):
            return _form(written, asked, missing=True), 422
        if not door.faq.stored(asked):  # then what is written is the question
            asked = door.faq.ask(written["words"], asker_at(doors.WEB)).reference
        door.faq.escalated(asked, asker_at(doors.WEB))
        try:
            hand_over(HandedQuestion(reference=asked, door=doors.WEB, **written))
        except NotHandedError:
            return _form(written, asked, failed=True), 502
        return render_template("sent.html", reach=written["reach"]), 200


def _form(written: dict[str, str], reference: str, **state: bool) -> str:
    return render_template("contact.html", written=written, reference=reference, longest=FIELDS, **state)


def _text(text: str) -> str:
    return "\n".join(drop_invisible(line).strip() for line in text.splitlines()).strip()
