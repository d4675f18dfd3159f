"""`faqbot config`: every setting with its value and where that comes from."""

import argparse

from bot.app import App
from bot.settings import shown_settings, survey_settings
from bot.terminal.cells import padded


def run(options: argparse.Namespace, app: App) -> int:
    """Print the settings, secrets as ***; returns 1 when a value cannot be used."""
    rows = shown_settings()
    longest = max(len(setting.name) for setting, _, _ in rows)
    for setting, shown, is_given in rows:
        source = "環境変数" if is_given else "既定"
        print(f"{setting.name:<{longest}}  {padded(source, 10)}{shown or '（なし）'}")
    _, errors = survey_settings()
    for error in errors:
        print(f"NG  {error.message}\n    → {error.hint}")
    return 1 if errors else 0
