"""The key of the hashes that stand for askers."""

import hashlib
import secrets

from bot.setting_table import Settings
from bot.setting_values import Secret

PROCESS_KEY = secrets.token_bytes(32)


def asker_key(settings: Settings) -> bytes:
    """The key that is set, else one derived from Slack's secret, else one that is new in every process."""
    secret = _secret(settings)
    return hashlib.sha256(b"askers:" + secret.encode()).digest() if secret else PROCESS_KEY


def keeps_asker_key(settings: Settings) -> bool:
    """True when other processes have the same key, so that what is stored about an asker can be found."""
    return bool(_secret(settings))


def _secret(settings: Settings) -> Secret:
    return settings.asker_hash_key or settings.slack_signing_secret or settings.slack_app_token
