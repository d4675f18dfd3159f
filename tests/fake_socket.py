"""Slack's side of Socket Mode."""

import json
import threading
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve


class FakeSocket:
    """Slack's Socket Mode server: sends envelopes to whoever is connected and collects acknowledgements."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.answers: dict[str, Any] = {}  # what came with the acknowledgement, by envelope
        self.connections: list[ServerConnection] = []
        self._changed = threading.Condition()
        self._server: Server = serve(self._connected, "127.0.0.1", 0)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/link"

    def close(self) -> None:
        self._server.shutdown()

    def _connected(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        with self._changed:
            self.connections.append(connection)
            self._changed.notify_all()
        try:
            for frame in connection:
                envelope = json.loads(frame)
                with self._changed:
                    self.acknowledged.append(envelope["envelope_id"])
                    self.answers[envelope["envelope_id"]] = envelope.get("payload")
                    self._changed.notify_all()
        except ConnectionClosed:
            pass

    def wait_for_connection(self, count: int = 1, seconds: float = 10.0) -> ServerConnection:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.connections) >= count, seconds), "the bot did not connect"
            return self.connections[-1]

    def send(self, envelope: dict[str, Any]) -> None:
        """Send an envelope over the newest connection."""
        self.wait_for_connection().send(json.dumps(envelope))

    def wait_for_ack(self, envelope_id: str, seconds: float = 10.0) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: envelope_id in self.acknowledged, seconds), "not acknowledged"
