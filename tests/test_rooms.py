"""A room knows only what lies below it: not even the name of an address of a room above.

import-linter keeps the imports. A url name is a string, which it does not see.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

PYPROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = PYPROJECT["tool"]["importlinter"]["contracts"]
[HOUSE] = [one for one in CONTRACTS if one["type"] == "layers" and "containers" not in one]
# From the top.
ROOMS = [[room.strip() for room in layer.split("|")] for layer in HOUSE["layers"]]
ASKING = {"redirect", "reverse", "reverse_lazy", "resolve_url"}

# Who draws with these. What several rooms draw with belongs to the lowest of them, and the others enter themselves
# in its register (agencies/frame.py).
TEMPLATES = {
    "protectu": {"403.html", "403_csrf.html", "503.html"},  # Django asks for two of them by name
    "insight": {"insight"},
    "cases": {"base_public.html", "desk", "public", "responder", "supervisor"},
    "officers": {"officers"},
    "agencies": {"agencies", "base.html", "components", "duty", "messages", "notices"},
}
IN_A_TEMPLATE = re.compile(r"""\{%\s*(?:url|place)\s+['"]([\w-]+)['"]""")


def addresses(resolver: URLResolver, room: str = "protectu") -> Iterator[tuple[str, str]]:
    """The room and the url name of each address; it belongs to the room whose urls.py names it."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield room, pattern.name or ""
        else:
            module = getattr(pattern.urlconf_name, "__name__", "")
            yield from addresses(pattern, module.partition(".")[0] or room)


def may_be_names(room: str) -> Iterator[tuple[str, str]]:
    """Each string in the code of a room that may name an address, and the file where it stands.

    A single word ("map") means other things too: it counts as the argument of a call that asks for a name.
    """
    for file in sorted((settings.BASE_DIR / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            asked = _asked_for(node)
            for one in [*asked, node]:
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and (asked or "-" in one.value):
                    yield one.value, str(file.relative_to(settings.BASE_DIR))


def _asked_for(node: ast.AST) -> list[ast.expr]:
    """The name that a call of redirect or reverse is given."""
    if not isinstance(node, ast.Call):
        return []
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    return node.args[:1] if called in ASKING else []


def drawn_by(room: str) -> Iterator[Path]:
    for top in sorted(TEMPLATES.get(room, ())):
        path = settings.BASE_DIR / "templates" / top
        yield from [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def linked_to(room: str) -> Iterator[tuple[str, str]]:
    """Each address that the templates of a room name, and the file where it stands."""
    for file in drawn_by(room):
        for name in IN_A_TEMPLATE.findall(file.read_text(encoding="utf-8")):
            yield name, str(file.relative_to(settings.BASE_DIR))


NAMES = list(addresses(get_resolver()))
LOWER = [(room, above) for above in range(1, len(ROOMS)) for room in ROOMS[above]]


def test_what_is_looked_for_is_found_where_it_may_stand():
    assert ("cases", "desk-queue") in NAMES
    assert ("officers", "login") in NAMES
    assert ("desk-queue", "protectu/start.py") in set(may_be_names("protectu"))
    assert ("map", "templates/insight/wall.html") in set(linked_to("insight"))
    assert ("changes-waiting", "templates/components/_nav.html") in set(linked_to("agencies"))


def test_each_folder_of_templates_belongs_to_a_room():
    there = {path.name for path in (settings.BASE_DIR / "templates").iterdir()}

    assert there == {top for tops in TEMPLATES.values() for top in tops}


@pytest.mark.parametrize(("room", "above"), LOWER)
def test_no_room_names_an_address_of_a_room_above(room, above):
    upper = {part for layer in ROOMS[:above] for part in layer}
    names = {name for owner, name in NAMES if owner in upper}

    assert names
    assert [(text, file) for text, file in may_be_names(room) if text in names] == []
    assert [(text, file) for text, file in linked_to(room) if text in names] == []


def test_every_room_is_looked_through_for_circles_and_no_import_is_left_out():
    [circles] = [one for one in CONTRACTS if one["type"] == "acyclic_siblings"]

    assert set(circles["ancestors"]) == set(PYPROJECT["tool"]["importlinter"]["root_packages"])
    assert not {"depth", "skip_descendants"} & circles.keys()
    assert not [one["name"] for one in CONTRACTS if "ignore_imports" in one]
