"""What a web application and a Bolt app make once in a process: a test has its own, and uses a page or two."""

import inspect
from functools import partial
from threading import Lock
from types import SimpleNamespace
from typing import Any, ClassVar

from jinja2.bccache import Bucket, BytecodeCache
from slack_bolt.util import utils
from werkzeug.routing import Map, Rule, RuleFactory

from bot.web.hostless import HostlessFlask


class _KeptMap(Map):
    """The addresses of an application, which are read and ordered once for all that have the same."""

    kept: ClassVar[dict[tuple[Any, ...], dict[str, Any]]] = {}
    one_at_a_time: ClassVar[Any] = Lock()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._given: list[Rule] = []
        super().__init__(*arguments, **options)

    def add(self, rulefactory: RuleFactory) -> None:
        self._given += rulefactory.get_rules(self)
        self._remap = True

    def update(self) -> None:
        with self.one_at_a_time:
            if self._remap:
                key = (self.merge_slashes, *map(_said, self._given))
                if key not in self.kept:
                    made = Map(self._given, merge_slashes=self.merge_slashes)
                    made.update()
                    self.kept[key] = {name: vars(made)[name] for name in ("_matcher", "_rules_by_endpoint")}
                vars(self).update(self.kept[key])
                self._remap = False


def _said(rule: Any) -> tuple[Any, ...]:
    """All that is said of an address."""
    return rule.rule, rule.provide_automatic_options, str(rule.get_empty_kwargs())


class _KeptTemplates(BytecodeCache):
    """Every template that was compiled in this process."""

    kept: ClassVar[dict[tuple[str, str], Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


SPECS: dict[tuple[Any, ...], inspect.FullArgSpec] = {}


def _spec(function: Any) -> inspect.FullArgSpec:
    """The parameters of a listener, which Bolt looks up for each of a hundred; they depend on its code alone."""
    inner, given = (
        (function.func, (len(function.args), *function.keywords)) if isinstance(function, partial) else (function, ())
    )
    key = type(function), type(inner), getattr(inner, "__code__", None), given
    if not key[2]:
        return inspect.getfullargspec(function)
    if key not in SPECS:
        SPECS[key] = inspect.getfullargspec(function)
    return SPECS[key]


def make_once() -> None:
    """From now on."""
    HostlessFlask.url_map_class = _KeptMap
    HostlessFlask.jinja_options = {"bytecode_cache": _KeptTemplates()}
    utils.inspect = SimpleNamespace(**vars(inspect) | {"getfullargspec": _spec})
