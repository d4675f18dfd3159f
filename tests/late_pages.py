"""What a web application makes late, or once in a process: a test makes one of ninety pages and asks for one or two."""

from typing import TYPE_CHECKING, Any, ClassVar

from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from bot.web.hostless import HostlessFlask

if TYPE_CHECKING:
    from collections.abc import Callable


class _LateRule(Rule):
    """A page whose addresses are written by code that is made at the first; Werkzeug makes all of it at the start."""

    def _compile_builder(self, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002  # as Werkzeug has it
        make = super()._compile_builder
        made: list[Callable[..., tuple[str, str]]] = []

        def build(*arguments: Any, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(make(append_unknown))
            return made[0](*arguments, **values)

        return build


class _KeptTemplates(BytecodeCache):
    """Every template that was compiled in this process."""

    kept: ClassVar[dict[tuple[str, str], Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


def make_pages_late() -> None:
    """From now on."""
    HostlessFlask.url_rule_class = _LateRule
    HostlessFlask.jinja_options = {"bytecode_cache": _KeptTemplates()}
