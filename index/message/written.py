"""The language in a message: emoji, links, addresses, telephone numbers, mentions and marks of formatting are no words.

Used before a question is analyzed, at every door, so that none of these changes what is found or how sure we are.
"""

import re

ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # &amp; last: "&amp;lt;" is the text "&lt;"
SLACK_MARKUP = re.compile(
    r"<(?:(?P<named>[@!])[^<>|\n]*|(?P<target>#\w+|(?:https?|mailto|tel):[^<>|\s]*))(?:\|(?P<label>[^<>\n]*))?>"
)
SHORTCODE = re.compile(
    r":(?:[+-]1|(?=[^:\s]*[a-z])[a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?"  # not the minutes of 10:30:15
    # a workspace's own, :確認しました:
    r"|:(?=[^:\s]*[ぁ-んァ-ヶ一-龯])[ぁ-んァ-ヶー一-龯a-z_-]{1,30}:(?=$|[\s:。、！？!?<])"
)
EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a\u231b\u23e9-\u23fa\U000e0020-\U000e007f]"
    "[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff\U0001f000-\U0001faff\u2600-\u27bf]*|[0-9#*]\ufe0f?\u20e3"
)
ADDRESS = re.compile(r"(?:https?://|www\.)[!-;=?-{}~]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
TELEPHONE = re.compile(
    r"(?<![\w-])(?:\+81[-\s]?\(?0?|[(（]?[0０])\d{1,4}[)）]?[-‐–−－ー\s]?[\dxX*○]{1,4}[-‐–−－ー\s]?[\dxX*○]{3,4}(?![\w-])"
)
STYLE = re.compile(
    r"(?P<before>^|[\s、。「（(])(?P<mark>[*_~])(?=\S)(?P<text>[^\n]*?\S)(?P=mark)(?=$|[\s、。」）)！？!?])",
    re.MULTILINE,
)
CODE = re.compile(r"```|`")
BLANKS = re.compile(r"[^\S\n]+")


def only_language(text: str) -> str:
    """`text` with blanks in the place of what is no language; lines stay lines, and links and channels their label."""
    text = SLACK_MARKUP.sub(_label, text)
    text = SHORTCODE.sub(" ", unescaped(text))
    for sign in (ADDRESS, EMOJI, TELEPHONE, CODE):
        text = sign.sub(" ", text)
    text = STYLE.sub(r"\g<before>\g<text>", text)
    return "\n".join(BLANKS.sub(" ", line).strip() for line in text.splitlines()).strip()


def unescaped(text: str) -> str:
    """`text` with the three characters that Slack escapes as they were typed."""
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return text


def _label(found: re.Match[str]) -> str:
    label = found["label"]
    if found["named"] or not label:
        return " "
    return " " if ADDRESS.fullmatch(label) or TELEPHONE.fullmatch(label) else label
