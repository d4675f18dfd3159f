"""Words around a question that say nothing of what is asked."""

import re

FURTHER = r"(?:それとは別に|それと(?!も)|それから|あと(?!の|で)|そして|ほんで|ほいで)"  # and another question
JOINING_WORDS = re.compile(  # at the beginning of one of several questions, after its heading
    rf"^(?:【[^】]{{1,20}}】\s*)?(?:(?:{FURTHER}|また(?!は)|ついでに|ちなみに|なお|さらに|最後に|加えて|併せて|あわせて"
    r"|まず(?=[はも、])|次に(?=[はも、])|ところで|(?:1|一|ひと)つ目(?=[はが、])|(?:2|二|ふた)つ目(?=[はが、])"
    r"|話は?(?:変わ|替わ|違い)[^、。]{1,8}(?:が|けど)|別件(?:です|なんです)(?:が|けど)"
    r"|[2-5二三四五](?:つ|点)(?:ほど)?(?:あり|ござい)まして(?:まず)?)"
    r"(?:は|で|が|なんですが|ですが)?[、,\s]*)*"
)
# …か、の3つです
COUNTED = re.compile(r"(?:[、。]?[のこそ]の?[2-5二三四五](?:つ|点)[^。?？]{0,24}|という(?:こと|の|点))[。!！\s]*$")


def unframed(question: str) -> str:
    """One of several questions without what joins it to the others and without what counts them."""
    return COUNTED.sub("", JOINING_WORDS.sub("", question)) or question
