"""What the images stand on is named by digest, and a newer one is one command away."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.stack import ROOT

OPS = ROOT / "ops"
FILES = ("Containerfile", "Containerfile.postgres", "compose.yaml")
PINNED = re.compile(r"[a-z0-9./-]+:[\w.-]+@sha256:[0-9a-f]{64}")
NEWEST = "sha256:" + "0123456789abcdef" * 4


def bases() -> list[str]:
    """Every image that is not made from this tree."""
    built = [re.findall(r"^ARG BASE=(\S+)$", (OPS / file).read_text(), re.MULTILINE) for file in FILES[:2]]
    services = yaml.safe_load((OPS / "compose.yaml").read_text())["services"].values()
    run = [service["image"] for service in services if not service["image"].startswith("protectu")]
    return [*(base for found in built for base in found), *run]


def test_each_base_has_a_tag_for_people_and_a_digest_for_the_engine():
    assert len(bases()) == 4
    assert [base for base in bases() if not PINNED.fullmatch(base)] == []


def test_an_image_stands_on_its_base_and_on_nothing_else():
    for file in FILES[:2]:
        stages = re.findall(r"^FROM (\S+)", (OPS / file).read_text(), re.MULTILINE)
        assert set(stages) == {"${BASE}"}


@pytest.fixture
def copy(tmp_path) -> Path:
    """The script beside a copy of the files, and a skopeo that knows one digest for whatever it is asked."""
    for name in (*FILES, "bases"):
        shutil.copy(OPS / name, tmp_path)
    skopeo = tmp_path / "skopeo"
    skopeo.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\necho {NEWEST}\n')
    skopeo.chmod(stat.S_IRWXU)
    return tmp_path


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{copy}:{os.environ['PATH']}"}
    return subprocess.run([copy / "bases", *arguments], env=environment, capture_output=True, text=True)


def test_a_newer_base_is_said(copy):
    done = run(copy)

    assert done.returncode == 1
    for base in bases():
        tag, digest = base.split("@")
        assert f"{tag}: {digest} is older than {NEWEST}" in done.stdout
    assert "docker://debian:trixie-slim" in (copy / "asked").read_text()
    assert NEWEST not in (copy / "compose.yaml").read_text()


def test_and_written_where_it_is_asked_for(copy):
    done = run(copy, "--write")

    assert done.returncode == 0
    found = [image for file in FILES for image in PINNED.findall((copy / file).read_text())]
    assert {image.split("@")[1] for image in found} == {NEWEST}
    assert {image.split("@")[0] for image in found} == {base.split("@")[0] for base in bases()}
    assert run(copy).returncode == 0


def test_what_is_no_digest_is_never_written(copy):
    (copy / "skopeo").write_text("#!/bin/sh\necho unauthorized\n")

    assert run(copy, "--write").returncode == 2
    assert "unauthorized" not in (copy / "compose.yaml").read_text()
