"""`python -m tests.audit`: known vulnerabilities of the pinned dependencies; options go to pip-audit.

Fails on a vulnerability. Where the network does not let it look, it says so in one line and goes on:
whoever works on a train is not to be kept from checking the rest.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"
PATIENCE_SECONDS = 40
SOCKET_SECONDS = 5


def main(options: Sequence[str]) -> int:
    """Ask pip-audit; returns 1 when a dependency has a known vulnerability."""
    try:
        status, said = verdict(_report(options))
    except NoReport as reason:
        status, said = 0, f"pip-audit could not look for vulnerabilities: {reason}"
    print(said)
    return status


class NoReport(Exception):
    """pip-audit did not come to a result; the message is the reason in one line."""


def verdict(report: dict[str, Any]) -> tuple[int, str]:
    """The exit status and what to say of pip-audit's report. Raises NoReport where it examined nothing."""
    dependencies = report["dependencies"]
    examined = [one for one in dependencies if "vulns" in one]
    if not examined:
        raise NoReport("the package index that is reached from here knows nothing of them")
    found = [(one, vulnerability) for one in examined for vulnerability in one["vulns"]]
    if not found:
        missing = len(dependencies) - len(examined)
        left_out = f" ({missing} could not be looked up)" if missing else ""
        return 0, f"pip-audit: no known vulnerability in {len(examined)} dependencies{left_out}."
    lines = [
        f"{one['name']} {one['version']}: {vulnerability['id']}, "
        f"fixed in {', '.join(vulnerability['fix_versions']) or 'no version yet'}"
        for one, vulnerability in found
    ]
    return 1, "\n".join(
        [*lines, f"pip-audit: {len(found)} known vulnerabilities; raise the versions and run `make requirements`."]
    )


def _report(options: Sequence[str]) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(REQUIREMENTS),
        "--require-hashes",
        "--disable-pip",
    ]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", str(SOCKET_SECONDS), *options]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NoReport(f"no answer within {PATIENCE_SECONDS} s") from None
    try:
        report: dict[str, Any] = json.loads(ended.stdout)
    except ValueError:
        raise NoReport((ended.stderr.strip().splitlines() or ["no reason given"])[-1][:120]) from None
    return report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
