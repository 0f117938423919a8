"""What machine a figure was measured on, and what its processes used."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def describe() -> dict[str, str]:
    """Processor, cores, memory, system, Python and the time in UTC, as words for a table."""
    cpuinfo = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*: (.*)", cpuinfo)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "processor": model[1] if model else platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "measured": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def cpu_seconds(pid: int) -> float:
    """User and system time of one process so far, in seconds (`/proc/PID/stat`, proc(5)); 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def memory_of(pid: int) -> dict[str, int]:
    """What one process holds, in bytes: `rss`, `pss`, and `anonymous`, which is its own whatever others share
    with it (`/proc/PID/smaps_rollup`, proc(5))."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.findall(r"^(Rss|Pss|Anonymous):\s+(\d+) kB", rollup, re.MULTILINE)
    return {name.lower(): int(size) * 1024 for name, size in found}


def family(pid: int) -> list[int]:
    """The process and all that descend from it, parents first."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found = [pid]
    for member in found:
        found += children.get(member, [])
    return found


def command_of(pid: int) -> str:
    """The command line of a process, or an empty string when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except FileNotFoundError:
        return ""


def postgres_seconds(starter: int) -> float:
    """CPU seconds used so far by the PostgreSQL that this process started, and by its workers that live."""
    return sum(cpu_seconds(pid) for pid in family(starter) if "postgres" in command_of(pid))
