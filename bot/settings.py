"""Reads the settings from the environment, by their table; nothing else reads the environment."""

import os
from collections.abc import Mapping
from typing import Any

from bot.setting_table import CACHE_FOLDER, SETTINGS, Settings
from bot.setting_values import Setting, knowledge_folder
from knowledge.errors import SettingError
from knowledge.folder import SHIPPED

# Set by platforms whose disk is emptied at every restart.
EPHEMERAL_PLATFORMS = ("DYNO", "RENDER", "FLY_APP_NAME", "K_SERVICE", "RAILWAY_ENVIRONMENT")
FORBIDDEN = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")  # with both set, Bolt switches to OAuth with stores of its own


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in `environment` (the process's own by default).

    Raises SettingError naming the first variable with an unusable value.
    """
    settings, errors = survey_settings(environment)
    if errors:
        raise errors[0]
    return settings


def survey_settings(environment: Mapping[str, str] | None = None) -> tuple[Settings, list[SettingError]]:
    """The settings with every unusable value at its default, and what is wrong with each of those."""
    given = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    errors = [_forbidden(name) for name in FORBIDDEN if given.get(name)]
    for setting in SETTINGS:
        try:
            values[setting.field] = _read(setting, given.get(setting.name, ""), _default(setting, given))
        except SettingError as error:
            values[setting.field] = setting.read(setting.default)
            errors.append(error)
    platform = next((name for name in EPHEMERAL_PLATFORMS if given.get(name)), "")
    settings = Settings(**values, platform=platform)
    if settings.has_workspaces and not errors:
        try:
            _check_workspaces(settings, given)
        except SettingError as error:
            errors.append(error)
    return settings, errors


def shown_settings(environment: Mapping[str, str] | None = None) -> list[tuple[Setting, str, bool]]:
    """Every setting with its value as people may see it, and whether the environment gave it."""
    given = os.environ if environment is None else environment
    found = []
    for setting in SETTINGS:
        text = given.get(setting.name, "").strip()
        hidden = setting.is_secret and bool(text)  # a default is no secret
        found.append((setting, "***" if hidden else text or _default(setting, given), bool(text)))
    return found


def require(settings: Settings, *names: str) -> None:
    """Raise SettingError for the first of `names` that is not set, saying where to find its value."""
    for setting in SETTINGS:
        if setting.name in names and not getattr(settings, setting.field):
            raise SettingError(
                setting.name,
                f"設定 {setting.name} がありません。",
                f"{setting.where} の値を、環境変数 {setting.name} に入れてください。",
            )


def _forbidden(name: str) -> SettingError:
    return SettingError(
        name,
        f"設定 {name} は使いません。",
        f"環境変数 {name} を消し、複数のワークスペースで使うなら、同じ値を FAQBOT_{name} に入れてください。",
    )


def _check_workspaces(settings: Settings, values: Mapping[str, str]) -> None:
    """Raise SettingError unless everything is set that several workspaces need, and nothing that contradicts it."""
    require(settings, "FAQBOT_SLACK_CLIENT_ID", "FAQBOT_SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "HOME_TEAM")
    if settings.slack_bot_token:
        raise SettingError(
            "SLACK_BOT_TOKEN",
            "設定 SLACK_BOT_TOKEN と FAQBOT_SLACK_CLIENT_ID は一緒に使えません。",
            "1つのワークスペースなら SLACK_BOT_TOKEN だけを、複数なら FAQBOT_SLACK_CLIENT_ID だけを残してください。",
        )
    if not settings.public_url.startswith("https://"):
        raise SettingError(
            "PUBLIC_URL",
            f"設定 PUBLIC_URL の値「{settings.public_url}」では、複数のワークスペースにインストールできません。",
            "Slackから戻ってくる https:// のURL（例: https://faq.example.com）を入れてください。",
        )
    if not values.get("DATABASE_URL"):
        raise SettingError(
            "DATABASE_URL",
            "設定 DATABASE_URL がありません。",
            "ワークスペースごとのトークンを失わないデータベース（できれば postgresql://…）の場所を入れてください。",
        )


def _default(setting: Setting, given: Mapping[str, str]) -> str:
    """The default of a setting; that of the database is a file of its own for each knowledge base folder."""
    if setting.name != "DATABASE_URL":
        return setting.default
    try:
        folder = knowledge_folder(given.get("KNOWLEDGE", "").strip() or str(SHIPPED.path)).path
    except ValueError:  # which the setting KNOWLEDGE tells
        return setting.default
    return setting.default if folder == SHIPPED.path else f"sqlite:///{CACHE_FOLDER / folder.name / 'faqbot.db'}"


def _read(setting: Setting, text: str, default: str) -> Any:
    try:
        return setting.read(text.strip() or default)
    except ValueError as error:
        shown = "***" if setting.is_secret else text
        raise SettingError(
            setting.name,
            f"設定 {setting.name} の値「{shown}」を使えません。",
            f"{setting.meaning}。"
            + (f"{setting.where} の値を入れてください。" if setting.where else "")
            + (f"既定値は「{default}」です。" if default else ""),
        ) from error
