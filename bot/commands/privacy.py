"""`faqbot privacy`: what is stored about one person in Slack, to hand out or to erase."""

import argparse
import json
import re
import sys
from collections import Counter

from bot.app import App
from bot.asker_key import keeps_asker_key
from bot.reply import member_of
from knowledge.database.write_ahead_log import empty_log
from knowledge.errors import FaqError, SettingError
from knowledge.questions.asker_data import erase_asker, export_asker

USER = re.compile("[UW][A-Z0-9]{2,30}")
TEAM = re.compile("T[A-Z0-9]{2,30}")
LABELS = {
    "queries": "質問",
    "feedback": "評価と選択",
    "replies": "返信の控え",
    "escalations": "担当者への引き継ぎ",
}
KEPT = (
    "Slackに残っているメッセージはSlackで消してください。"
    "編集者としての操作の記録（history に出る名前）は、公開の履歴なので消しません。"
)
STILL_READ = (
    "ほかのプロセスが読んでいるため、消した文字がデータベースの -wal ファイルにまだ残っています。"
    "ボットが動いていれば1時間以内に消えます。すぐ消すには、ボットを止めて、このコマンドをもう一度実行してください。"
)
NOTHING = (
    "この鍵では、この人の記録は1件も見つかりませんでした。記録が無いか、鍵かデータベースが違います。ボットを動かしているときと同じ鍵"
    "（ASKER_HASH_KEY、無ければSlackの設定）と DATABASE_URL で実行しているか確かめてください。"
)


def run(options: argparse.Namespace, app: App) -> int:
    """Print the person's data as JSON, or erase them and say how many there were."""
    _check(options.user, app)
    asker = _name(options, app)
    if options.action == "export":
        found = export_asker(app.store.engine, app.log.asker_hash(asker))
        print(json.dumps({"user": options.user, **found}, ensure_ascii=False, indent=2))
        if not any(found.values()):
            print(NOTHING, file=sys.stderr)  # standard output is the person's file
        return 0
    erased = Counter(erase_asker(app.store.engine, app.log.asker_hash(asker)))
    if asker != options.user:  # what was kept before workspaces were told apart may be theirs
        erased.update(erase_asker(app.store.engine, app.log.asker_hash(options.user)))
    if not any(erased.values()):
        print(NOTHING)
        return 0
    counts = "、".join(f"{LABELS[table]} {count}件" for table, count in erased.items())
    print(f"{options.user} の記録を消しました（{counts}）。\n{KEPT}")
    if not empty_log(app.store.engine):
        print(STILL_READ)
    return 0


def _name(options: argparse.Namespace, app: App) -> str:
    """The person as an asker: with several workspaces the one of `--team`."""
    if not app.settings.has_workspaces:
        return str(options.user)
    team = str(options.team or app.settings.home_team)
    if not TEAM.fullmatch(team):
        raise FaqError(
            f"「{team}」はSlackのワークスペースのIDではありません。",
            "Slackをブラウザーで開いたときのURL（app.slack.com/client/T…/C…）の T… を --team に書いてください。",
        )
    return member_of(team, str(options.user))


def _check(user: str, app: App) -> None:
    """Raise FaqError for what is no id, and where nobody can be found."""
    if not USER.fullmatch(user):
        raise FaqError(
            f"「{user}」はSlackのユーザーIDではありません。",
            "SlackのプロフィールのメニューにあるU（またはW）で始まるメンバーIDを --user に書いてください。",
        )
    if not keeps_asker_key(app.settings):
        raise SettingError(
            "ASKER_HASH_KEY",
            "設定 ASKER_HASH_KEY もSlackの設定も無いので、だれの記録か分かりません。",
            "ボットを動かしているときと同じ ASKER_HASH_KEY（使っていなければ SLACK_SIGNING_SECRET か "
            "SLACK_APP_TOKEN）を環境変数に入れてください。",
        )
