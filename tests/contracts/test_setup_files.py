"""What set-up reads: lock files, the image, the composition."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")
PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;\\]+)((?: ;[^\\]*)?)", re.MULTILINE)


def _pins(name):
    return {(m[1], m[3].strip()): m[2] for m in PIN.finditer((ROOT / name).read_text())}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") > len(_pins(name)) > 20


@pytest.mark.parametrize("name", LOCKS[1:])
def test_the_locks_agree(name):
    """What is tested is what is run: one version of each package in all of them."""
    product, other = _pins(LOCKS[0]), _pins(name)
    assert {pin: (v, other.get(pin)) for pin, v in product.items() if other.get(pin) != v} == {}


def test_no_file_locks_with_addresses():
    known = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    assert not {"uv.lock", "pylock.toml", "poetry.lock"} & set(known)


def test_the_composition_is_whole():
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services = composed["services"]
    assert set(services) == {"database", "service"}
    assert services["service"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert "healthcheck" in services["database"]
    assert "ports" not in services["database"]
    for service in services.values():
        assert set(service["networks"]) <= set(composed["networks"])
        named = [each.split(":")[0] for each in service["volumes"]]
        assert set(named) <= set(composed["volumes"])


def _instructions():
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [line.split(maxsplit=1) for line in lines]


def test_the_image_has_stages_no_root_and_a_healthcheck():
    found = _instructions()
    words = [word for word, _ in found]
    assert words.count("FROM") == 3  # packages, map, service
    assert words.index("HEALTHCHECK") > 0
    assert dict(found)["USER"] == "kansenkaart"
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert all("latest" not in rest for word, rest in found if word == "FROM")


def test_what_the_image_copies_exists_and_is_let_through():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    copies = [rest.split() for word, rest in _instructions() if word == "COPY"]
    own = [parts[:-1] for parts in copies if not parts[0].startswith("--from=")]
    for name in (each for parts in own for each in parts):
        assert (ROOT / name).exists()
        assert any(f"!{each}" in ignored for each in (name, *map(str, Path(name).parents)))
