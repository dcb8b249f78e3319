"""The rooms of the processes' tests, for storms."""

from tests.processes.conftest import around, launch

__all__ = ["around", "launch"]
