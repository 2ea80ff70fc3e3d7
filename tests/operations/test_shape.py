"""The production shape says what the code needs: its commands, settings, roles and numbers are compared.

No container engine is needed, and none of it was run in one.
"""

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.urls import get_resolver

from agencies.models import Hotline
from protectu import supervise
from protectu.cluster import BOOTSTRAP_SQL, QUIET
from tests.stack import ROOT

OPS = ROOT / "ops"
FOR_TESTS_AND_DEMO = {"IS_DEMO", "WEBHOOK_TEST_HOSTS", "WEB_PUSH_TEST_HOSTS"}
WEBS = dict.fromkeys(("web-press", "web-public", "web-staff"), "web")
PROCESSES = {**WEBS, "worker": "worker", "beat": "beat", "watch": "watch"}


def _settings() -> dict[str, bool]:
    """Each variable that the settings read from the environment, and whether the start needs it."""
    found: dict[str, bool] = {}
    for file in ("settings.py", "gateways.py"):
        for node in ast.walk(ast.parse((ROOT / "protectu" / file).read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                of, name = node.func.value, node.args[0]
                if isinstance(of, ast.Name) and of.id == "env" and isinstance(name, ast.Constant):
                    assert isinstance(name.value, str)
                    has_default = any(keyword.arg == "default" for keyword in node.keywords)
                    found[name.value] = not has_default and file == "settings.py"
    return found


SETTINGS = _settings()
NEEDED = {name for name, is_needed in SETTINGS.items() if is_needed}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((OPS / "compose.yaml").read_text())


def named_in(file: str) -> dict[str, bool]:
    """Each variable of an example of a file of settings, and whether it stands there without a `#`."""
    lines = re.findall(r"^(#?)([A-Z_]+)=", (OPS / file).read_text(), flags=re.MULTILINE)
    return {name: not mark for mark, name in lines}


def test_the_settings_were_found():
    assert {"SECRET_KEY", "DATABASE_URL", "PUBLIC_URL", "EMAIL_URL"} <= NEEDED
    assert SETTINGS["CANARY_ADDRESS"] is False


def test_every_setting_stands_in_the_example_and_nothing_else_does():
    assert named_in("portal.env.example").keys() == SETTINGS.keys() - FOR_TESTS_AND_DEMO


def test_every_setting_stands_in_the_documentation():
    text = (ROOT / "docs" / "operations.md").read_text()
    table = set(re.findall(r"`([A-Z][A-Z_]+)`", "\n".join(re.findall(r"^\| (`[A-Z_`, ]+) \|", text, re.MULTILINE))))

    assert SETTINGS.keys() - table == set()


@pytest.mark.parametrize("service", [*PROCESSES, "migrate"])
def test_each_process_is_given_every_setting_without_a_default_and_none_that_is_unknown(compose, service):
    given = set(compose["services"][service]["environment"])
    filled_in = {name for name, is_there in named_in("portal.env.example").items() if is_there}

    assert NEEDED - given - filled_in == set()
    assert given - SETTINGS.keys() == set()
    assert compose["services"][service]["env_file"] == "portal.env"


def test_what_compose_itself_asks_for_stands_in_its_example():
    text = (OPS / "compose.yaml").read_text()

    assert set(re.findall(r"\$\{([A-Z_]+):\?\}", text)) == named_in("compose.env.example").keys()
    assert re.findall(r"\$\{[A-Z_]+[^:A-Z_]", text) == []  # one that is missing stops it, and is not empty


# ---- commands -------------------------------------------------------------------------------------------------

# Where it listens, and what root in a tree needs to hear less.
VARIES = {"127.0.0.1", "0.0.0.0", "8000", "8001", "8002", "8003", "{PORT}", "-W", "ignore:::celery.platforms"}


def words(command: str) -> list[str]:
    return [word for word in shlex.split(command) if word not in VARIES]


@pytest.mark.parametrize(("service", "process"), PROCESSES.items())
def test_compose_runs_what_the_portal_runs(compose, service, process):
    assert words(compose["services"][service]["command"]) == ["python", *words(supervise.PROCESSES[process])]


@pytest.mark.parametrize(("service", "process"), PROCESSES.items())
def test_systemd_runs_what_the_portal_runs(service, process):
    [command] = re.findall(
        r"^ExecStart=(.*)$", (OPS / f"systemd/protectu-{service}.service").read_text(), re.MULTILINE
    )

    assert words(command) == ["/opt/protectu/.venv/bin/python", *words(supervise.PROCESSES[process])]


def test_every_process_but_the_demo_s_is_there(compose):
    ours = {name for name, service in compose["services"].items() if service["image"].startswith("protectu:")}

    assert {PROCESSES[name] for name in ours - {"migrate"}} == supervise.PROCESSES.keys() - {"catcher"}
    assert {
        path.stem.removeprefix("protectu-") for path in OPS.glob("systemd/protectu-*.service")
    } == PROCESSES.keys()


def test_nothing_runs_as_root_or_writes_where_it_need_not(compose):
    for service in PROCESSES:
        portal = compose["services"][service]
        assert portal["read_only"] is True
        assert portal["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in portal["security_opt"]
    lines = (OPS / "Containerfile").read_text().splitlines()
    assert "USER 10001:10001" in lines
    last_stage = "\n".join(lines[[i for i, line in enumerate(lines) if line.startswith("FROM")][-1] :])
    assert not re.search(r"\b(gcc|build-essential|python3-venv|gettext|-dev)\b", last_stage)


def test_who_may_write_where(compose):
    """The worker its ledger of what was erased, the staff's web the streets that it keeps. In no other place."""
    written = {name: compose["services"][name].get("volumes", []) for name in PROCESSES}
    folders = {"worker": "/var/lib/protectu", "web-staff": "/var/cache/protectu"}
    assert {name: [volume.split(":")[1] for volume in volumes] for name, volumes in written.items() if volumes} == {
        name: [folder] for name, folder in folders.items()
    }
    assert {volume.split(":")[0] for volumes in written.values() for volume in volumes} <= compose["volumes"].keys()
    [made] = re.findall(r"install --directory .*? (/\S.*) *", (OPS / "Containerfile").read_text())
    assert set(made.split()) == set(folders.values())

    directories = {
        name: re.findall(r"(?:State|Cache)Directory=protectu", (OPS / f"systemd/protectu-{name}.service").read_text())
        for name in PROCESSES
    }
    assert {name: found for name, found in directories.items() if found} == {
        "worker": ["StateDirectory=protectu"],
        "web-staff": ["CacheDirectory=protectu"],
    }
    assert compose["services"]["web-staff"]["environment"]["TILE_CACHE"].startswith("/var/cache/protectu/")


def test_the_connections_of_all_fit_into_postgresql(compose):
    services = compose["services"]
    pools = sum(int(services[name]["environment"]["DATABASE_POOL_SIZE"]) for name in PROCESSES)
    [most] = re.findall(r"max_connections=(\d+)", services["postgres"]["command"])

    # Each process may LISTEN on one more; migrations, backups and a person at psql need some as well.
    assert pools + len(PROCESSES) + 20 <= int(most)


def test_only_the_proxy_is_reached_from_outside(compose):
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]
    assert compose["services"]["postgres"]["networks"] == compose["services"]["redis"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_the_roles_are_those_that_the_portal_makes():
    statement = re.compile(r"^(?:GRANT|ALTER SCHEMA|ALTER DEFAULT|ALTER ROLE|CREATE EXTENSION) .*;$", re.MULTILINE)
    script = (OPS / "postgres" / "roles.sh").read_text()

    assert set(statement.findall(script)) == set(statement.findall(BOOTSTRAP_SQL))


def test_postgresql_writes_nothing_of_a_report_into_its_log(compose):
    handbook = (ROOT / "docs" / "operations.md").read_text()

    for name, value in QUIET.items():
        assert f"-c {name}={value}" in compose["services"]["postgres"]["command"]
        assert f"`{name} = {value}`" in handbook


# ---- scripts and units ----------------------------------------------------------------------------------------


def test_the_scripts_are_clean():
    scripts = [path for path in OPS.rglob("*") if path.is_file() and path.read_bytes().startswith(b"#!/bin/bash")]
    assert len(scripts) >= 7

    done = subprocess.run(["shellcheck", "-x", "-P", "SCRIPTDIR", *scripts], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_systemd_accepts_the_units(tmp_path):
    """With paths of this machine in place of the production's, because it looks whether they are there."""
    (tmp_path / "portal.env").touch()
    for path in (OPS / "systemd").rglob("*.*"):
        if path.is_file():
            text = path.read_text().replace("/opt/protectu/.venv/bin/python", sys.executable)
            text = text.replace("/opt/protectu", str(ROOT)).replace(
                "/etc/protectu/portal.env", f"{tmp_path}/portal.env"
            )
            copy = tmp_path / path.relative_to(OPS / "systemd")
            copy.parent.mkdir(exist_ok=True)
            copy.write_text(text.replace("=protectu\n", "=postgres\n"))
    units = sorted(str(path) for path in tmp_path.glob("*.*") if path.suffix in {".service", ".timer", ".target"})
    assert len(units) == 9

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units], capture_output=True, text=True
    )

    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "protectu" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_each_unit_starts_again_and_may_do_little():
    text = (OPS / "systemd/protectu-.service.d/hardening.conf").read_text()

    for line in ("Restart=always", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "UMask=0077"):
        assert f"\n{line}\n" in text
    assert "StartLimitIntervalSec=0" in text  # it never gives up


# ---- what the public sees when nobody is behind the proxy -------------------------------------------------------


def test_the_page_of_a_portal_that_is_down_names_the_numbers_and_asks_nobody_else():
    page = (OPS / "down.html").read_text()

    assert set(re.findall(r'href="tel:(\d+)"', page)) <= {h.number for h in Hotline.from_file() if h.is_shown_first}
    assert "1300" in page
    assert not re.search(r"https?://|src=|<script|<link", page)
    assert "<title>Information</title>" in page


# ---- which web answers what -----------------------------------------------------------------------------------


def addresses(resolver: Any = None, prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        found += addresses(pattern, route) if hasattr(pattern, "url_patterns") else [(route, pattern.callback)]
    return found


def example_of(route: str) -> str:
    kinds = {"language:": "zh-hans", "int:": "1", "slug:": "decline", "str:": "ABCD-2345"}
    return "/" + re.sub(r"<(\w+:)?\w+>", lambda found: kinds.get(found[1] or "str:", "x"), route)


def test_the_public_pages_go_to_the_public_web_and_no_other_does():
    [public] = re.findall(r"@public path_regexp (\S+)", (OPS / "Caddyfile").read_text())
    routed = {example_of(route): bool(re.search(public, example_of(route))) for route, _ in addresses()}
    languages = {path for path in routed if path == "/" or path.startswith(("/zh-hans/", "/health/"))}

    assert len(languages) >= 10
    assert {path for path, is_public in routed.items() if is_public} == languages
    assert not routed["/a/ABCD-2345/"]  # who acknowledges is not held up by a flood of reports


def test_whatever_a_public_page_loads_comes_from_the_public_web():
    """So that the pin on a map and sharing work while the web of the staff is down."""
    [public] = re.findall(r"@public path_regexp (\S+)", (OPS / "Caddyfile").read_text())
    pages = [*(ROOT / "templates" / "public").rglob("*.*"), ROOT / "templates" / "base_public.html"]
    loaded = {name for page in pages for name in re.findall(r"{% static ['\"]([^'\"]+)['\"]", page.read_text())}

    assert {"public/pin.js", "public/share.js", "leaflet/leaflet.js", "leaflet/leaflet.css"} <= loaded
    assert [name for name in loaded if not re.search(public, f"/static/{name}")] == []
    assert not re.search(public, "/static/staff.css")


# ---- an upgrade loses no alert ----------------------------------------------------------------------------------


OURS = {config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT}


def test_old_processes_can_still_write_into_new_tables():
    """A column that is added to a table of the release before may be left out: it is NULL or has a default there."""
    wanting = []
    for (app, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        made_here = {op.name_lower for op in migration.operations if isinstance(op, migrations.CreateModel)}
        for op in migration.operations:
            if not isinstance(op, migrations.AddField) or app not in OURS:
                continue
            field: Any = op.field
            is_kind = field.null or field.has_db_default() or field.many_to_many or op.model_name_lower in made_here
            if not is_kind:
                wanting.append(f"{app}.{name}: {op.model_name}.{op.name}")

    assert {"agencies", "cases"} <= OURS
    assert wanting == []
