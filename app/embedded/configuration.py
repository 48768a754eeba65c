"""What the private cluster is told: safe first, then as quick as the machine allows."""

from __future__ import annotations

import os
from pathlib import Path

from app.embedded.account import Account

MEGABYTE = 1 << 20
ROLE = "kansenkaart"

DISPOSABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "autovacuum": "off",
}


def memory_bytes() -> int:
    """Memory that may be used: the machine's, or less where a container is limited."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    try:
        return min(whole, int(limit.read_text()))
    except (OSError, ValueError):  # no such limit, or "max"
        return whole


def _part(memory: int, fraction: int, least: int, most: int) -> str:
    return f"{min(max(memory // fraction // MEGABYTE, least), most)}MB"


def options(memory: int, *, disposable: bool = False) -> dict[str, str]:
    """Settings for ``postgresql.conf``; a disposable cluster (tests) gives up durability.

    >>> options(8 << 30)["shared_buffers"], options(1 << 30)["shared_buffers"]
    ('1024MB', '128MB')
    >>> "fsync" in options(8 << 30)
    False
    """
    chosen = {
        "listen_addresses": "''",
        "port": "5432",
        "unix_socket_permissions": "0700",
        "max_connections": "60",
        "shared_buffers": _part(memory, 8, 128, 4096),
        "effective_cache_size": _part(memory, 2, 256, 65536),
        "work_mem": _part(memory, 128, 8, 64),
        "maintenance_work_mem": _part(memory, 24, 64, 1024),
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "lc_messages": "'C'",
        "log_line_prefix": "'%m [%p] '",
        "logging_collector": "off",
        "log_checkpoints": "off",
    }
    return chosen | (DISPOSABLE if disposable else {})


def write(data: Path, account: Account, *, disposable: bool = False) -> None:
    """Write our part of the configuration; who may log in is whoever runs this, and nobody else."""
    told = options(memory_bytes(), disposable=disposable)
    text = "".join(f"{name} = {value}\n" for name, value in told.items())
    _put(data / "kansenkaart.conf", text, account)
    _put(data / "pg_hba.conf", "local all all peer map=kansenkaart\n", account)
    names = {account.name, "root"} if account.other else {account.name}
    lines = "".join(f'kansenkaart "{name}" {ROLE}\n' for name in sorted(names))
    _put(data / "pg_ident.conf", lines, account)


def include(data: Path) -> None:
    """Make the server read our part, once, after ``initdb``."""
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\ninclude 'kansenkaart.conf'\n")


def _put(path: Path, text: str, account: Account) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    account.own(path)
