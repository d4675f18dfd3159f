"""The workspaces that installed the bot: the tables of slack_sdk's stores, with our own queries and deletions."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import metadata

# slack_sdk writes and reads these tables; it takes plain DateTime columns to be UTC.
_WHOSE = ("client_id", "enterprise_id", "team_id")


def _columns() -> list[sa.Column[Any]]:
    """The columns that both tables of tokens begin with."""
    return [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("client_id", sa.String(32), nullable=False),
        sa.Column("app_id", sa.String(32), nullable=False),
        sa.Column("enterprise_id", sa.String(32)),
        sa.Column("enterprise_name", sa.String(200)),
        sa.Column("team_id", sa.String(32)),
        sa.Column("team_name", sa.String(200)),
        sa.Column("bot_token", sa.String(200)),
        sa.Column("bot_id", sa.String(32)),
        sa.Column("bot_user_id", sa.String(32)),
        sa.Column("bot_scopes", sa.String(1000)),
        sa.Column("bot_refresh_token", sa.String(200)),
        sa.Column("bot_token_expires_at", sa.DateTime),
        sa.Column("is_enterprise_install", sa.Boolean, nullable=False),
        sa.Column("installed_at", sa.DateTime, nullable=False),
    ]


bots = sa.Table("slack_bots", metadata, *_columns(), sa.Index("slack_bots_idx", *_WHOSE, "installed_at"))

installations = sa.Table(
    "slack_installations",
    metadata,
    *_columns(),
    sa.Column("enterprise_url", sa.String(200)),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("user_token", sa.String(200)),
    sa.Column("user_scopes", sa.String(1000)),
    sa.Column("user_refresh_token", sa.String(200)),
    sa.Column("user_token_expires_at", sa.DateTime),
    sa.Column("incoming_webhook_url", sa.String(200)),
    sa.Column("incoming_webhook_channel", sa.String(200)),
    sa.Column("incoming_webhook_channel_id", sa.String(200)),
    sa.Column("incoming_webhook_configuration_url", sa.String(200)),
    sa.Column("token_type", sa.String(32)),
    sa.Index("slack_installations_idx", *_WHOSE, "user_id", "installed_at"),
)

states = sa.Table(  # of installations that were begun
    "slack_oauth_states",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", sa.String(200), nullable=False),
    sa.Column("expire_at", sa.DateTime, nullable=False),
)


class Installations:
    """The installations of the Slack app `client_id`; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine, client_id: str) -> None:
        self.engine = engine
        self._client_id = client_id

    def enterprise_of(self, team: str) -> str | None:
        """The Enterprise Grid organisation of a workspace, None for one on its own.

        Raises LookupError where the bot is not installed.
        """
        found = self._newest(team, bots.c.enterprise_id)
        if found is None:
            raise LookupError(team)
        enterprise: str | None = found.enterprise_id
        return enterprise

    def bot_users(self) -> frozenset[str]:
        """The bot's user ids in all workspaces."""
        ours = sa.select(bots.c.bot_user_id).where(bots.c.client_id == self._client_id).distinct()
        with reading(self.engine) as connection:
            return frozenset(user for user in connection.scalars(ours) if user)

    def token_of(self, team: str) -> str:
        """The token stored for a workspace as it is, perhaps expired; "" where the bot is not installed."""
        found = self._newest(team, bots.c.bot_token)
        return (found and found.bot_token) or ""

    def _newest(self, team: str, column: sa.Column[str]) -> sa.Row[Any] | None:
        ours = (bots.c.client_id == self._client_id) & (bots.c.team_id == team)
        newest = sa.select(column).where(ours).order_by(bots.c.installed_at.desc()).limit(1)
        with reading(self.engine) as connection:
            return connection.execute(newest).first()

    def forget(self, team: str, until: datetime) -> int:
        """Delete what a workspace installed until then, tokens and all; returns the number of its bots deleted.

        A later installation stays: Slack may deliver the end of an earlier one late.
        """
        with changing(self.engine) as connection:
            counts = [
                connection.execute(
                    sa.delete(table).where(
                        (table.c.client_id == self._client_id)
                        & (table.c.team_id == team)
                        & (table.c.installed_at <= until.astimezone(UTC).replace(tzinfo=None))
                    )
                ).rowcount
                for table in (installations, bots)
            ]
        return counts[-1]


def forget_expired_states(engine: sa.Engine) -> int:
    """Delete what remains of installations that were begun and not finished; returns their number."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with changing(engine) as connection:
        return connection.execute(sa.delete(states).where(states.c.expire_at < now)).rowcount
