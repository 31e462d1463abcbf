"""A process of its own for each measurement, so that its memory and processor time are its own.

`python -m bench.child MODULE FUNCTION ARGUMENTS` calls a function of `bench.MODULE` with JSON arguments, and prints
its answer as JSON.
"""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_LONGEST = 900


def in_child(module: str, function: str, **arguments: Any) -> dict[str, Any]:
    """What the function answers in a new process, with `peak_mb` of it."""
    command = [sys.executable, "-m", "bench.child", module, function, json.dumps(arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=_LONGEST, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def peak_mb() -> float:
    """Most memory that this process ever held, in MB; that of the process it was forked from does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return round(int(held.split()[1]) / 1024, 1)
    import resource

    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2, 1)


def main() -> None:
    """Be the process."""
    module, function, arguments = sys.argv[1:]
    called = getattr(importlib.import_module(f"bench.{module}"), function)
    told = called(**json.loads(arguments))
    print(json.dumps({**told, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
