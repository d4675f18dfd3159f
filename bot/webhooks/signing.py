"""Signatures of webhooks, as the specification Standard Webhooks says (https://www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
from datetime import datetime

from bot.setting_values import SECRET_PREFIX


def signed_headers(secret: str, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that prove who sends `body`, and when: HMAC-SHA256 over id, timestamp and body."""
    timestamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
