"""Every command of the command line with its options, and their help."""

import argparse
import getpass
from collections.abc import Callable
from functools import partial
from pathlib import Path

MAX_DAYS, MAX_LISTED = 3_650, 10_000  # that the log can reach back, and that are listed; more is a slip

Add = Callable[[str, str], argparse.ArgumentParser]  # makes the parser of a command from its name and its help


def build_parser() -> argparse.ArgumentParser:
    """Every command and option, with its help in Japanese."""
    parser = argparse.ArgumentParser(prog="faqbot", description="よくある質問に、決められた回答で答えるボットです。")
    commands = parser.add_subparsers(dest="command", required=True, metavar="コマンド")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text)

    _add_asking(add)
    _add_beginning(add)
    _add_measuring(add)
    _add_editing(add)
    _add_looking(add)
    _add_running(add)
    return parser


def _add_asking(add: Add) -> None:
    """The commands that answer questions."""
    ask = add("ask", "質問に答えます。--json - なら標準入力の1行を1つの質問として読みます")
    ask.add_argument("query", nargs="?", default="", metavar="質問", help="質問の文。--json と一緒の「-」は標準入力")
    ask.add_argument("--json", action="store_true", help="1つの質問につき1つのJSONを1行で出します")
    ask.add_argument("--explain", action="store_true", help="一致した語・得点・しきい値も出します")
    ask.add_argument("--at", metavar="日時", help="その日時（日本時間、例 2027-04-01T09:00）にどう答えるかを出します")
    add("chat", "端末で続けて質問します（空行か Ctrl-D で終わり）")


def _add_beginning(add: Add) -> None:
    """The command that makes a knowledge base."""
    init = add("init", "自分たちのFAQのフォルダ（ナレッジベース）を作ります。書かなかったものは端末で尋ねます")
    init.add_argument("folder", type=Path, metavar="FOLDER", help="作るフォルダ（まだ無いもの、または空のもの）")
    init.add_argument("--name", dest="site_name", metavar="名前", help="ページの見出しやSlackでの名前")
    init.add_argument("--about", dest="site_about", metavar="内容", help="何についてのFAQか")
    init.add_argument("--contact", dest="site_contact", metavar="連絡先", help="答えられないときに案内する連絡方法")
    init.add_argument("--url", dest="site_url", metavar="URL", help="組織のホームページ（https://…）")
    init.add_argument("--command", dest="site_command", metavar="/コマンド", help="Slackのコマンド（標準は /faq）")
    init.add_argument(
        "--from", dest="source", type=Path, metavar="FILE", help="今あるFAQ（.xlsx か .csv。列は問いません）"
    )
    init.add_argument("--yes", action="store_true", help="何も尋ねません（--name が要ります）")


def _add_measuring(add: Add) -> None:
    """The commands that tell how good files, retrieval and answers are."""
    check = add("check", "ナレッジベースのファイルを調べ、問題をファイルと行で出します")
    check.add_argument(
        "folder", nargs="?", type=Path, metavar="フォルダ", help="調べるフォルダ（ナレッジベース、または項目のYAML）"
    )
    check.add_argument("--links", action="store_true", help="リンク先が今も開けるかを、1つずつ開いて確かめます")
    evaluate = add("evaluate", "判定つきの質問で検索と判断の質を測ります")
    judged = "質問<タブ>項目のid（または -）[<タブ>種類] のファイル"
    evaluate.add_argument("--judged", type=Path, default=None, metavar="FILE.tsv", help=judged)
    bench = "corpus.jsonl・queries.tsv・qrels.tsv のフォルダ"
    evaluate.add_argument("--bench", type=Path, default=None, metavar="DIR", help=bench)
    conversations = "会話（JSON Lines。1行に id・place・turns）のファイル"
    evaluate.add_argument("--conversations", type=Path, default=None, metavar="FILE.jsonl", help=conversations)
    evaluate.add_argument("--details", type=Path, default=None, metavar="OUT.tsv", help="質問ごとの結果を書くファイル")
    evaluate.add_argument("--lexical", action="store_true", help="エンコーダと2段階目を使わずに測ります")
    evaluate.add_argument("--json", action="store_true", help="結果を1つのJSONで出します")
    gaps = add("gaps", "答えられなかった質問を、同じ意味のものにまとめて、急ぐ順に出します")
    gaps.add_argument("--days", type=partial(_number, most=MAX_DAYS), metavar="日数", help="さかのぼる日数（標準は60）")
    gaps.add_argument("--json", action="store_true", help="1つのJSONの配列で出します")


def _add_running(add: Add) -> None:
    """The commands of whoever operates the bot."""
    privacy = add("privacy", "ある人について記録したものを、書き出し（export）、または消します（erase）")
    privacy.add_argument("action", choices=("export", "erase"), help="export はJSONで出すだけ、erase はすべて消します")
    privacy.add_argument("--user", required=True, metavar="ID", help="SlackのメンバーID（U…）")
    privacy.add_argument("--team", metavar="ID", help="複数あるときの、ワークスペースのID（T…）。標準は HOME_TEAM")
    serve = add("serve", "Webページ（Slackの設定があればSlackも）を動かします。Ctrl-C で終わります")
    serve.add_argument(
        "--editor", default=_user(), metavar="名前", help="社内のページへのリンクで入る人の、履歴に残る名前"
    )
    add("slack", "Slackだけを Socket Mode で動かします")
    add("manifest", "このナレッジベースのSlackアプリのマニフェスト（JSON）を出します")
    add("doctor", "設定・Slack・データベース・辞書・時計を調べ、直すところを出します")
    add("config", "すべての設定を、値と出どころつきで出します（秘密の値は *** になります）")
    add("migrate", "データベースを最新の形にし、ナレッジベースのファイルを取り込みます")


def _number(text: str, most: int = MAX_LISTED) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"「{text}」を使えません。1から{most}までの整数を指定してください。")
    return int(text)


def _add_editing(add: Add) -> None:
    """The commands that change the live knowledge base, or bring it into files."""
    imported = add("import", "ファイルで変えた項目や同義語などを、影響を確かめてから公開します")
    imported.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="ナレッジベースかYAMLのフォルダ、.yaml、.xlsx、.csv"
    )
    imported.add_argument("--json", action="store_true", help="結果を1つのJSONで出します")
    rollback = add("rollback", "前の版の内容に戻します（新しい版になり、履歴は消えません）")
    rollback.add_argument("revision", type=int, metavar="版", help="戻したい版の番号")
    approve, withdraw = add("approve", "ほかの編集者の提案を承認して公開します"), add("withdraw", "提案を取り下げます")
    for command in (approve, withdraw):
        command.add_argument("proposal", metavar="ID", help="`faqbot proposals` の行頭に出る、承認を待つ提案のID")
    for command in (imported, rollback):
        command.add_argument("--dry-run", action="store_true", help="影響を確かめるだけで、何も変えません")
        command.add_argument("--reason", default="", metavar="理由", help="履歴に残る、変更の理由")
    for command in (imported, rollback, approve):
        command.add_argument("--override", default="", metavar="理由", help="止められた公開を、それでも行う理由")
        command.add_argument("--editor", default=_user(), metavar="名前", help="履歴に残る名前（既定はログイン名）")
    add("proposals", "承認を待っている提案を一覧にします")
    export = add("export", "項目（下書きなども）と、判定つき質問などをファイルに書き出します（CSVは項目だけ）")
    export.add_argument("path", type=Path, metavar="PATH", help="フォルダ（YAML）、または .xlsx か .csv のファイル")


def _add_looking(add: Add) -> None:
    """The commands that show the live knowledge base and how it came about."""
    diff = add("diff", "ファイルと公開中の項目の違いを出します")
    diff.add_argument("path", nargs="?", type=Path, metavar="PATH", help="比べるファイル")
    history = add("history", "だれが、いつ、なぜ、何を変えたかを出します")
    history.add_argument("id", nargs="?", default="", metavar="ID", help="項目のid。省くと全体の版の一覧")
    history.add_argument("--revision", type=int, default=None, metavar="版", help="その版で変わったことを出します")
    history.add_argument("--limit", type=_number, default=20, metavar="件数", help="出す版の数")
    show = add("show", "項目の内容を出します")
    show.add_argument("id", metavar="ID", help="項目のid")
    show.add_argument("--at", metavar="日付", help="その日（または日時）の内容を出します")
    for command in (history, show):
        command.add_argument("--json", action="store_true", help="結果を1つのJSONで出します")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "cli"
