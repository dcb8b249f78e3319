"""Who may import whom: the contracts of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LINT = "from importlinter.cli import lint_imports as l; raise SystemExit(l(no_cache=True))"


def test_the_import_contracts_hold() -> None:
    """In a process of its own: it switches off every logger that it finds."""
    asked = [sys.executable, "-c", LINT]
    told = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
