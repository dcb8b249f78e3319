"""Translations fit where Slack has little room: a modal's title and its two buttons.

Source: docs.slack.dev, reference/views (24 characters) and block-kit/block-elements (75).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import bot
from bot.locales import TAGS, language, path

SLACK = Path(bot.__path__[0]) / "slack"
MODAL, BUTTON = 24, 75
ROOM = {"parts.modal": MODAL, "parts.button": BUTTON, "parts.start": BUTTON}


Text = tuple[str | None, str]
"""A context, and what is said in it."""
ALONE, IN_CONTEXT = frozenset({"_", "N_"}), frozenset({"pgettext", "NP_"})


def texts(node: ast.AST, scope: dict[str, list[ast.expr]], depth: int = 3) -> Iterator[Text]:
    """The marked texts that an expression can stand for; names are followed within the module."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            said = [str(one.value) for one in each.args if isinstance(one, ast.Constant)]
            if each.func.id in ALONE and said:
                yield None, said[0]
            elif each.func.id in IN_CONTEXT:
                yield said[0], said[1]
        elif isinstance(each, ast.Name) and depth:
            for value in scope.get(each.id, []):
                yield from texts(value, scope, depth - 1)


def assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(node.value)
    return found


def in_narrow_places() -> dict[Text, int]:
    """Each text of a modal's title, submit or close, and of a button, with its room."""
    found: dict[Text, int] = {}
    for file in sorted(SLACK.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        scope = assigned(tree)
        for node in ast.walk(tree):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if not isinstance(node, ast.Call) or name not in ROOM:
                continue
            more = [k.value for k in node.keywords if k.arg in {"submit", "close"}]
            for place in [*node.args[:1], *more]:
                for text in texts(place, scope):
                    found[text] = min(ROOM[name], found.get(text, BUTTON))
    return found


NARROW = in_narrow_places()


def test_they_are_found() -> None:
    assert {"Book a meeting", "Save", "Done", "Reschedule"} <= {text for __, text in NARROW}
    assert ("a booking", "Cancel") in NARROW
    assert sum(room == MODAL for room in NARROW.values()) > 25


def test_english_fits() -> None:
    assert [text for (_, text), room in NARROW.items() if len(text) > room] == []


@pytest.mark.parametrize("tag", TAGS)
def test_translations_fit(tag: str) -> None:
    with path(tag).open("rb") as file:
        catalogue = read_po(file, locale=language(tag).locale)
    said = {(m.context, m.id): str(m.string) for m in catalogue if m.string}
    long = {text: said[text] for text, room in NARROW.items() if len(said.get(text, "")) > room}
    assert long == {}
