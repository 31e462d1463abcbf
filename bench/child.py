"""A process of its own for each measurement, so that its memory and processor time are its own.

`python -m bench.child MODULE FUNCTION ARGUMENTS` calls a function of `bench.MODULE` with JSON arguments, and prints
its answer as JSON. For a quick look (`quick`) it is a fork of this process, which saves a second of imports each time.
"""

import importlib
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

_LONGEST = 900


class Mode:
    """How children are made; set once, at the start."""

    quick = False


def in_child(module: str, function: str, **arguments: Any) -> dict[str, Any]:
    """What the function answers in a new process, with `peak_mb` of it."""
    if Mode.quick:
        return _forked(module, function, arguments)
    command = [sys.executable, "-m", "bench.child", module, function, json.dumps(arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=_LONGEST, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _forked(module: str, function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            told = {**_called(module, function, arguments), "peak_mb": peak_mb()}
            with os.fdopen(writing, "w") as answer:
                json.dump(told, answer)
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    if not text:
        raise RuntimeError(f"{module}.{function} failed")
    found: dict[str, Any] = json.loads(text)
    return found


def _called(module: str, function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = getattr(importlib.import_module(f"bench.{module}"), function)(**arguments)
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
    told = _called(module, function, json.loads(arguments))
    print(json.dumps({**told, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
