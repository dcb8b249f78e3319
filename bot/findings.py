"""What the doctor says: a line for each thing it has looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: fine (`ok`), wrong (not `ok`), or worth knowing (`ok` and `advice`)."""

    ok: bool
    what: str
    advice: str = ""

    def __str__(self) -> str:
        mark = "✗" if not self.ok else "!" if self.advice else "✓"
        return f"{mark} {self.what}" + (f"\n    {self.advice}" if self.advice else "")
