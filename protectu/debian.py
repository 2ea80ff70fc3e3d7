"""Debian's packages, and .venv. It runs before there is a .venv, so it uses the standard library alone."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from protectu import supervise
from protectu.supervise import TREE, die, step

VENV = TREE / ".venv"
PYTHON = [*supervise.GUARD, f"{VENV}/bin/python"]
# So that nothing that is installed is started: RUNLEVEL stops init scripts, SYSTEMD_OFFLINE stops systemctl. Both end
# with the command. After a reboot systemd may start Debian's own Redis, which we neither use nor disturb.
APT = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "SYSTEMD_OFFLINE=1", "apt-get"]
BUILDS = "requirements-build.txt"
PIP = ["--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes"]
# Two come as source alone. What builds them is in BUILDS, because pip would fetch it without asking for a hash.
AS_WHEELS = ["--only-binary=:all:", "--no-binary=http-ece,openlocationcode", "--no-build-isolation"]
CREATECLUSTER = Path("/etc/postgresql-common/createcluster.conf")


def missing_packages(wanted: list[str]) -> list[str]:
    if not shutil.which("dpkg-query"):
        die("this is not Debian: there is no dpkg-query", 3)
    query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted]
    shown = subprocess.run(query, capture_output=True, text=True, check=False).stdout.splitlines()
    return [package for package in wanted if f"{package} installed" not in shown]


def sudo() -> list[str] | None:
    """Return what precedes root's commands; None when this person cannot become root."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    ways = [["sudo", "-n", "true"]]
    if sys.stdin.isatty():
        ways.append(["sudo", "true"])  # asks for the password
    can = any(subprocess.run(way, stderr=subprocess.DEVNULL).returncode == 0 for way in ways)
    return ["sudo"] if can else None


def install_packages(*more: str) -> None:
    venv = [] if importlib.util.find_spec("ensurepip") else ["python3-venv"]
    missing = missing_packages([*venv, "postgresql-postgis", "redis-server", "gettext", *more])
    if not missing:
        return
    install = ["install", "-y", "--no-install-recommends", *missing]
    prefix = sudo()
    if prefix is None:
        die(f"packages are missing, and only root can install them:\n\n  sudo apt-get {' '.join(install)}\n", 3)
    no = "create_main_cluster = false"  # otherwise the package makes and starts a cluster of its own
    told = CREATECLUSTER.exists() and f"\n{no}\n" in f"\n{CREATECLUSTER.read_text()}\n"
    if not told and not any(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        tell = f"mkdir -p {CREATECLUSTER.parent} && echo '{no}' >> {CREATECLUSTER}"
        subprocess.run([*prefix, "sh", "-c", tell], check=True, umask=0o022)
    step("apt-get update", [*prefix, *APT, "update"], may_fail=True, umask=0o022)  # the old lists may do
    step(f"apt-get install, {len(missing)} packages", [*prefix, *APT, *install], umask=0o022)


def digest(paths: list[Path], salt: str = "") -> str:
    parts = [f"{path.relative_to(TREE)}\n".encode() + path.read_bytes() for path in sorted(paths)]
    return hashlib.sha256(b"\n".join([salt.encode(), *parts])).hexdigest()


def is_stamped(path: Path, value: str) -> bool:
    return path.exists() and path.read_text() == value


def build_venv(requirements: str) -> None:
    """Make .venv again when what it was made from changed, or when making it was cut short."""
    base = getattr(sys, "_base_executable", sys.executable)  # not that of .venv, which may be active
    files = [TREE / "requirements.txt", TREE / "requirements-dev.txt"]
    fresh = digest([*files, TREE / BUILDS], salt=f"{sys.version} {base} {TREE}")
    stamps = {file.name: VENV / f"stamp-{file.name}" for file in files}
    valid = {name for name, stamp in stamps.items() if Path(PYTHON[-1]).exists() and is_stamped(stamp, fresh)}
    if valid & {requirements, "requirements-dev.txt"}:
        return
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    pip = [*PYTHON, "-m", "pip", "install", *PIP]
    if not valid:
        step("python -m venv", [*supervise.GUARD, base, "-m", "venv", "--clear", VENV])
        step(f"pip install -r {BUILDS}", [*pip, "-r", BUILDS])
    step(f"pip install -r {requirements}", [*pip, *AS_WHEELS, "-r", requirements])
    for name in valid | {requirements}:
        stamps[name].write_text(fresh)
