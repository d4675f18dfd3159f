"""Gaps as cards: questions that got no good answer, by meaning, each with what can be done about it at once."""

from dataclasses import replace
from typing import Any

from flask import render_template, request

from bot.choosing.choices import Choices
from bot.gate.typed_entry import new_variants
from bot.overview import GAP_DAYS
from bot.roles import Role
from bot.web.team.entries.editing import show_form
from bot.web.team.entries.form import EntryForm
from bot.web.team.member import member
from bot.web.team.pages import TeamPages, go, notice
from bot.web.team.proposing import propose, tell
from bot.web.team.team import Team
from bot.wording import sentences
from bot.wording.editing import no_public_answer
from index.gaps.gaps import KEY_LENGTH
from knowledge.entry import Entry
from knowledge.errors import FaqError, KnowledgeError
from knowledge.questions.gap_questions import GapKind
from knowledge.revisions.store import Change, KnowledgeBase

MAX_CARDS = 40
NEAR_FROM = 0.35  # the confidence below which no wording is likely to belong to the nearest entry
ADDED = "答えられなかった質問を言い方に追加"
ADDED_BY_HAND = "言い方を追加"
GO_BACK = "前のページに戻ると、選び直せます。"
NO_WORDING = f"加える言い方がありません。選ぶか、まだ登録していない言い方を書いてください。{GO_BACK}"


def add_gaps(pages: TeamPages) -> None:
    """Add the cards and what is pressed on them."""
    team = pages.team
    pages.section("答えられない質問", "gaps", Role.EDITOR)

    @pages.page("/gaps", Role.EDITOR)
    def gaps() -> str:
        found = team.overview.recent_gaps()
        return render_template(
            "team/gaps.html",
            found=found,
            shown=found[:MAX_CARDS],
            nothing=sentences.NO_GAPS.format(days=GAP_DAYS),
            **card_words(team),
            ignored=_just_ignored(team),
        )

    _add_ignoring(pages)
    _add_closing(pages)


def card_words(team: Team) -> dict[str, Any]:
    """The values that the card of a gap needs beside the gap."""
    return {
        "trends": sentences.TRENDS,
        "signs": sentences.GAP_KINDS,
        "near_from": max(NEAR_FROM, team.faq.searcher.snapshot.calibration.thresholds.suggest),
        "turned_down": GapKind.NONE_OF_THESE,
        "unhelpful": GapKind.UNHELPFUL,
        "choices": Choices(team.publishing.live(), team.faq),
    }


def _add_ignoring(pages: TeamPages) -> None:
    """A gap is listed no more, until somebody restores it."""
    team = pages.team

    @pages.page("/gaps/ignore", Role.EDITOR, "POST")
    def ignore_gap() -> Any:
        key = request.form.get("gap", "")[:KEY_LENGTH]
        team.overview.ignore_listed(key, member().user)
        return go("gaps", ignored=key)

    @pages.page("/gaps/ignored", Role.EDITOR)
    def ignored_gaps() -> str:
        return render_template("team/ignored_gaps.html", ignored=team.overview.ignored_gaps(), days=GAP_DAYS)

    @pages.page("/gaps/restore", Role.EDITOR, "POST")
    def restore_gap() -> Any:
        team.overview.restore_gap(request.form.get("key", ""), member().user)
        return go("ignored_gaps")


def _just_ignored(team: Team) -> tuple[str, str] | None:
    """The key and the text of the gap that the page before ignored, as the address names it."""
    named = request.args.get("ignored", "")
    gaps = team.overview.ignored_gaps() if named else []
    texts = (pair for one in gaps if not one.ignoring.restored_at for pair in one.texts.items())
    return next(((key, text) for key, text in texts if key[:KEY_LENGTH] == named), None)


def _add_closing(pages: TeamPages) -> None:
    """A gap becomes more ways to ask for an entry, or an entry of its own."""
    team = pages.team

    @pages.page("/gaps/variants", Role.EDITOR, "POST")
    def add_variants() -> Any:
        base, other = team.publishing.live(), request.form.get("other", "").strip()
        choices = Choices(base, team.faq)
        entry = base.by_id.get(choices.found(other) if other else request.form.get("entry", ""))
        if entry is None:
            return notice(f"{choices.fault(other)}{GO_BACK}", 422) if other else notice(sentences.GONE, 404)
        added = new_variants(entry, _texts())
        if not added:
            return notice(NO_WORDING, 422)
        changed = replace(entry, variants=entry.variants + added)
        return _proposed(team, changed, base.revision)

    @pages.page("/gaps/entry", Role.EDITOR, "POST")
    def gap_entry() -> Any:
        return show_form(team, _form(team, team.publishing.live()))


def _proposed(team: Team, entry: Entry, base: int) -> Any:
    """The proposal of an entry with more wordings; its form where one of them is a fault."""
    try:
        return propose(team, Change(put=(entry,)), base, ADDED if "gap" in request.form else ADDED_BY_HAND)
    except KnowledgeError as error:
        return show_form(team, EntryForm.of(entry, base).with_problems(error.problems), entry), 422
    except FaqError as error:
        return tell(error)


def _form(team: Team, base: KnowledgeBase) -> EntryForm:
    """The form of a new entry with the ticked wordings; one without an answer begins with its sentence."""
    variants = _texts()  # with the first one too, which stays a way to ask when the question is written anew
    question = variants[0] if variants else ""
    declines, nearest = "declines" in request.form, base.by_id.get(request.form.get("entry", ""))
    values = {"question": question, "variants": variants, "declines": declines}
    if nearest:
        values["category"] = nearest.category
    if declines and question:
        values["answer"] = no_public_answer(question, team.faq.site)
    return EntryForm(values, base.revision)


def _texts() -> list[str]:
    """The wordings that are ticked on a card or written one a line, each once."""
    lines = (" ".join(line.split()) for text in request.form.getlist("text") for line in text.splitlines())
    return list(dict.fromkeys(filter(None, lines)))
