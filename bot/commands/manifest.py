"""`faqbot manifest`: the Slack app's manifest of this knowledge base, to paste at api.slack.com/apps."""

import argparse
import json

from bot.app import App
from bot.slack.manifest import manifest
from knowledge.files.site_yaml import site_in


def run(options: argparse.Namespace, app: App) -> int:
    """Print the manifest as JSON."""
    site = site_in(app.store.load().lists.site)
    print(json.dumps(manifest(site, app.settings.public_url), ensure_ascii=False, indent=2))
    return 0
