"""`make check` asks for known vulnerabilities: one stops it, a network that does not answer never does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from local_server import answering

ROOT = Path(__file__).parents[1]
VULNERABILITY = {
    "id": "PYSEC-0000-1",
    "summary": "Anybody may do anything",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "flask"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
        }
    ],
}


class Database(BaseHTTPRequestHandler):
    """A database of vulnerabilities that speaks OSV's protocol and knows of those of `vulnerable` packages."""

    vulnerable: tuple[str, ...] = ()

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = query["package"]["name"] in self.vulnerable
        answer = json.dumps({"vulns": [VULNERABILITY]} if known else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of such a database; the parameter names the vulnerable packages."""
    handler = type("Known", (Database,), {"vulnerable": request.param})
    with answering(handler) as origin:
        yield f"{origin}/"


def audit(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.audit", *options]
    variables = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | environment
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("database_url", [("flask",)], indirect=True)
def test_a_known_vulnerability_fails_with_the_version_that_is_safe(database_url: str) -> None:
    result = audit("--vulnerability-service", "osv", "--osv-url", database_url)
    assert result.returncode == 1
    assert "PYSEC-0000-1, fixed in 99.0" in result.stdout
    assert result.stdout.startswith("flask ")


@pytest.mark.parametrize("database_url", [()], indirect=True)
def test_without_one_the_number_of_dependencies_is_told(database_url: str) -> None:
    result = audit("--vulnerability-service", "osv", "--osv-url", database_url)
    assert result.returncode == 0
    assert "no known vulnerability in" in result.stdout


def test_without_a_network_one_line_says_so_and_nothing_fails() -> None:
    result = audit("--vulnerability-service", "osv", "--osv-url", "http://127.0.0.1:9/")
    assert result.returncode == 0
    assert result.stdout.startswith("pip-audit could not look for vulnerabilities: ")
    assert len(result.stdout.splitlines()) == 1
