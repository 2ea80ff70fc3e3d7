"""Write .env.example: every variable that the settings read, with its default and its comment."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

SOURCES = ("settings.py", "gateways.py")
HEAD = """\
# Every variable that the portal reads from its environment, in the order of protectu/settings.py and gateways.py.
# Made by `./portal manage settings_example`; do not edit. Lines with a # show the default.
# docs/operations.md says what each one means. ./portal run needs none of them; a deployment begins with
# ops/portal.env.example, which has values for it.
"""


@dataclass
class Comments:
    """The comments of one file by line: those that stand alone, and those after code."""

    alone: dict[int, str] = field(default_factory=dict)
    after: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, source: str) -> "Comments":
        found = cls()
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and "noqa" not in token.string:
                where = found.after if token.line[: token.start[1]].strip() else found.alone
                where[token.start[0]] = token.string
        return found

    def of_lines(self, statement: ast.stmt, call: ast.Call) -> list[str]:
        """What stands directly above the statement, and after the call's own line."""
        above: list[str] = []
        line = statement.lineno - 1
        while line in self.alone and not self.alone[line].startswith("# ----"):
            above.insert(0, self.alone[line])
            line -= 1
        after = self.after.get(call.end_lineno or call.lineno)
        return [*above, *([after] if after else [])]

    def heading(self, line: int) -> str:
        """The last `# ---- Title ----` above this line."""
        headings = [text for at, text in self.alone.items() if at < line and text.startswith("# ----")]
        return headings[-1].rstrip("-").rstrip() if headings else ""


def example() -> str:
    """The whole file. Two variables of one statement stand below one comment."""
    parts, last_heading, last_comments = [f"{HEAD}\n"], "", [""]
    for name in SOURCES:
        for heading, told, lines in _variables((Path(settings.BASE_DIR) / "protectu" / name).read_text("utf-8")):
            if heading != last_heading:
                parts.append(f"\n{heading}\n")
            parts += [f"{line}\n" for line in ([] if told == last_comments else told) + lines]
            last_heading, last_comments = heading, told
    return "".join(parts)


def _variables(source: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """For each variable the heading above it, its comments, and its lines in the example."""
    comments, tree = Comments.of(source), ast.parse(source)
    for top in tree.body:
        constants = _constants(top)
        for statement in ast.walk(top):
            if not isinstance(statement, ast.stmt):
                continue
            for call in _reads(statement):
                is_class = isinstance(top, ast.ClassDef)
                heading = f"# ---- {top.name}" if isinstance(top, ast.ClassDef) else comments.heading(call.lineno)
                told = comments.of_lines(statement, call)
                yield heading, told, _lines(call, constants, is_class=is_class)


def _reads(statement: ast.stmt) -> list[ast.Call]:
    """Calls such as env.str("NAME"), without those in statements inside this one."""
    found: list[ast.Call] = []
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]
        if isinstance(node, ast.Call) and re.fullmatch(r"env\.\w+", ast.unparse(node.func)) and node.args:
            found.append(node)
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _constants(top: ast.stmt) -> dict[str, Any]:
    """Those of a class, by the names under which its methods know them."""
    body = top.body if isinstance(top, ast.ClassDef) else []
    named = {f"cls.{ast.unparse(each.targets[0])}": each.value for each in body if isinstance(each, ast.Assign)}
    return {name: ast.literal_eval(value) for name, value in named.items() if _is_literal(value)}


def _is_literal(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except ValueError:
        return False
    return True


def _lines(call: ast.Call, constants: dict[str, Any], *, is_class: bool) -> list[str]:
    name = ast.literal_eval(call.args[0])
    default = next((keyword.value for keyword in call.keywords if keyword.arg == "default"), None)
    if default is None:
        return ["# needed with the first of these", f"#{name}="] if is_class else ["# needed", f"{name}="]
    code = ast.unparse(default)
    try:
        value = constants[code] if code in constants else ast.literal_eval(default)
    except ValueError:
        return [f"# without it: {code}", f"#{name}="]
    return [f"#{name}={_written(value)}"]


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, list | tuple) else str(value)


class Command(BaseCommand):
    help = "Writes .env.example from the settings: each variable, its default, its comment."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / ".env.example"
        path.write_text(example(), encoding="utf-8")
        self.stdout.write(f"{path.name} is written")
