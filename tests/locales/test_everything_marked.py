"""Nothing that people read is left out of the catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from tests.locales.marked import KEYWORDS, marked

ROOT = Path(bot.__path__[0])
ROOMS = ("calcom", "domain", "services", "slack", "web")
SENTENCE = re.compile(r"\A\s*[A-Z:_*][\w':*_-]* .*[\w*_`][.!?…]\*?\s*\Z", re.DOTALL)
"""Begins as one, has a blank, ends as one."""
WORDS = re.compile(r"[A-Za-z]{2,}[,.:]? [a-z]{2,}")
"""Two words of a language, the second in small letters: no name, and no id."""
WORD = re.compile(r"\A(?!UTC)[A-Za-z]{2,} | (?!UTC)[A-Za-z]{2,}(?: |\Z)")
"""One, beside a blank."""
NAMED = re.compile(r"%-?[aAbBpcx]")
"""Names that `strftime` has in English."""
ELSEWHERE = {
    "slack/app.py": "said by Bolt where we are not installed: no reader is known",
    "slack/manifest.py": "Slack has manifests in one language",
    "slack/steps.py": "part of the manifest",
    "slack/pages.py": "HTML and CSS; what it says comes in",
    "web/pages.py": "HTML and CSS; what it says comes in",
    "web/server.py": "told to whoever starts it, in the terminal",
}
COMMANDS = {"bookings unconfirmed", "bookings upcoming"}
"""What buttons send, in the words that are read."""


def unmarked(node: ast.AST) -> Iterator[ast.Constant]:
    """The texts in the code that nothing marks: no docstrings, no patterns, nothing logged."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        if name in KEYWORDS or name.startswith(("log.", "re.")):
            return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    kinds = {getattr(node, "returns", None), getattr(node, "annotation", None)}
    for child in ast.iter_child_nodes(node):
        if child not in kinds:
            yield from unmarked(child)


def places(room: str, pattern: re.Pattern[str]) -> list[str]:
    found = []
    for file in sorted((ROOT / room).rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if name not in ELSEWHERE:
            texts = unmarked(ast.parse(file.read_text("utf-8")))
            found += [
                f"{name}:{text.lineno}: {text.value!s}"
                for text in texts
                if pattern.search(str(text.value)) and text.value not in COMMANDS
            ]
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_is_marked(room: str) -> None:
    assert places(room, SENTENCE) == []


def test_a_view_says_nothing_else() -> None:
    """Its texts are marked, or no words: ids, names, formats."""
    assert places("slack/views", WORDS) == []


def test_nor_do_its_formats() -> None:
    """`f"with {names}"` says `with` in every language; `%b` says `Nov`."""
    said = []
    for file in sorted((ROOT / "slack/views").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.JoinedStr):
                continue
            text = ast.unparse(node)
            words = [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
            if NAMED.search(text) or any(map(WORD.search, words)):
                said.append(f"{file.name}:{node.lineno}: {text}")
    assert said == []


def test_what_is_exempt_is_there() -> None:
    assert [name for name in ELSEWHERE if not (ROOT / name).is_file()] == []


def test_the_catalogue_finds_every_mark() -> None:
    """It does not look into f-strings."""
    known = {message.id for message in marked()}
    missed = []
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"_", "N_"}:
                text = node.args[0]
                if isinstance(text, ast.Constant) and text.value not in known:
                    missed.append(f"{file.name}:{node.lineno}: {text.value!s}")
    assert missed == []
