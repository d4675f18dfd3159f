"""The editors' manual beside the pages that it tells of.

1. Every page leads to it, and every link in it leads somewhere.
2. Its Markdown becomes headings, tables, lists and code; nothing in it becomes other markup.
"""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from team_tester import TeamTester, page_of

from bot.app import App
from bot.web.team.manual import as_html

CODE = '<pre tabindex="0"><code>{}</code></pre>'
TABLE = (
    '<table>\n<thead>\n<tr>\n<th scope="col">名</th>\n</tr>\n</thead>\n'
    "<tbody>\n<tr>\n<td><code>a</code></td>\n</tr>\n<tr>\n<td>b|c</td>\n</tr>\n</tbody>\n</table>"
)
MANUAL = Path(__file__).parents[1] / "knowledge" / "README.md"


def test_every_page_leads_to_the_manual_and_every_link_in_it_somewhere(small: App) -> None:
    client = TeamTester(small).signed_in()
    assert 'href="/team/manual"' in client.get("/team/gaps").text
    page = client.get("/team/manual")
    names = set(re.findall(' id="([^"]+)"', page.text))
    led = [unquote(name) for name in re.findall('href="#([^"]+)"', page.text)]
    assert len(led) > 20
    assert [name for name in led if name not in names] == []
    assert all(words in page_of(page) for words in ("社内のページで直す", "faqbot export faq.xlsx", "困ったとき"))
    assert "kschannel" not in page.text.partition("<article")[2], "the knowledge base may be another company's"
    headings = re.findall("^#+ (.+)$", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)
    assert re.findall("<h[1-4] id=[^>]*>(.*?)</h", page.text) == headings
    left = re.sub("<(pre|code).*?</\\1>", "", page.text.partition("<article")[2], flags=re.DOTALL)
    assert not re.search(r"\*\*|\]\(|`|^ *\||^#", left, re.MULTILINE), "no mark is left unread"


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("# 直す・戻す `faq`", '<h1 id="直す戻す-faq">直す・戻す <code>faq</code></h1>'),
        ("日本語の\n行と the\nnext", "<p>日本語の行と the\nnext</p>"),
        ("**表**と[表](#a)と`**字**`", '<p><strong>表</strong>と<a href="#a">表</a>と<code>**字**</code></p>'),
        ("[外](https://a.example/) [中](../a.md)", '<p><a href="https://a.example/">外</a> 中</p>'),
        ("[悪](javascript:1)<b>", "<p>[悪](javascript:1)&lt;b&gt;</p>"),
        ("文\n\n    a <b>\n\n    c\n\n次", "<p>文</p>\n" + CODE.format("a &lt;b&gt;\n\nc") + "\n<p>次</p>"),
        ("```yaml\n- a\n```\n次", f"{CODE.format('- a')}\n<p>次</p>"),
        ("```\n閉じない", CODE.format("閉じない")),
        ("- 一\n  続き\n- 二\n\n次", "<ul>\n<li>一続き</li>\n<li>二</li>\n</ul>\n<p>次</p>"),
        (
            "1. 一\n\n       a\n\n2. 二",
            f"<ol>\n<li>\n<p>一</p>\n{CODE.format('a')}\n</li>\n<li>\n<p>二</p>\n</li>\n</ol>",
        ),
        ("| 名 |\n|---|\n| `a` |\n| b\\|c |", TABLE),
    ],
)
def test_markdown_is_drawn(written: str, drawn: str) -> None:
    assert as_html(written).strip() == drawn
