"""The command line `faqbot`: every command with its options."""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bot.settings import CACHE_FOLDER, read_settings, use_one_math_thread
from knowledge import yaml_files
from knowledge.errors import FaqError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (0 good, 1 problems found or failed, 2 wrong usage)."""
    options = build_parser().parse_args(arguments)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # whatever the locale says
    use_one_math_thread()  # before NumPy is imported
    with ThreadPoolExecutor(1) as background:
        loading = background.submit(_load_encoder)  # takes as long as the imports of everything else
        return _run(options, loading)


def _load_encoder() -> Any:
    return import_module("index.encoder").load_encoder(CACHE_FOLDER)


def _run(options: argparse.Namespace, loading: Future[Any]) -> int:
    app = import_module("bot.app")
    app.set_up_logging(verbose=options.command in ("serve", "slack"))
    try:
        command = import_module(f"bot.commands.{options.command}")  # Flask and Bolt cost half a second
        status: int = command.run(options, app.App(read_settings(), loading))
        sys.stdout.flush()
        return status
    except FaqError as error:
        print(f"エラー: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
        return 0


def build_parser() -> argparse.ArgumentParser:
    """Every command and option, with its help in Japanese."""
    parser = argparse.ArgumentParser(
        prog="faqbot", description="電話代行のよくある質問に、決められた回答で答えるボットです。"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="コマンド")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text)

    ask = add("ask", "質問に答えます。--json - なら標準入力の1行を1つの質問として読みます")
    ask.add_argument("query", nargs="?", default="", metavar="質問", help="質問の文。--json と一緒の「-」は標準入力")
    ask.add_argument("--json", action="store_true", help="1つの質問につき1つのJSONを1行で出します")
    ask.add_argument("--explain", action="store_true", help="一致した語・得点・しきい値も出します")
    add("chat", "端末で続けて質問します（空行か Ctrl-D で終わり）")
    check = add("check", "ナレッジベースのファイルを調べ、問題をファイルと行で出します")
    check.add_argument(
        "folder", nargs="?", type=Path, default=yaml_files.SHIPPED, metavar="フォルダ", help="調べるYAMLのフォルダ"
    )
    evaluate = add("evaluate", "判定つきの質問で検索と判断の質を測ります")
    evaluate.add_argument(
        "--judged", type=Path, default=None, metavar="FILE.tsv", help="質問<タブ>エントリのid（または -）のファイル"
    )
    evaluate.add_argument(
        "--bench", type=Path, default=None, metavar="DIR", help="corpus.jsonl・queries.tsv・qrels.tsv のフォルダ"
    )
    evaluate.add_argument("--details", type=Path, default=None, metavar="OUT.tsv", help="質問ごとの結果を書くファイル")
    evaluate.add_argument("--json", action="store_true", help="結果を1つのJSONで出します")
    add("serve", "Webページ（Slackの設定があればSlackも）を動かします。Ctrl-C で終わります")
    add("slack", "Slackだけを Socket Mode で動かします")
    add("migrate", "データベースを最新の形にし、同梱のファイルを取り込みます")
    return parser


if __name__ == "__main__":
    sys.exit(main())
