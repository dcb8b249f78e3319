"""Rich text, and the tables whose cells hold it.

Source: docs.slack.dev, reference/block-kit/blocks/rich-text-block and table-block.
"""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.shapes import (
    Check,
    anything,
    choice,
    integer,
    items,
    one_type_of,
    problem,
    shape,
    string,
)

TABLE_TOTAL = 10_000
NAMED: dict[str, Check] = {"block_id": string(255)}

_STYLED: dict[str, Check] = {"style": anything}
_INLINE = one_type_of(
    {
        "text": shape({"text": string(40_000)}, _STYLED),
        "link": shape({"url": string(3000, least=1)}, {"text": string(40_000), **_STYLED}),
        "emoji": shape(
            {"name": string(255, least=1)}, {"skin_tone": anything, "unicode": anything}
        ),
        "user": shape({"user_id": string(255, least=1)}, _STYLED),
        "usergroup": shape({"usergroup_id": string(255, least=1)}, _STYLED),
        "channel": shape({"channel_id": string(255, least=1)}, _STYLED),
        "team": shape({"team_id": string(255, least=1)}, _STYLED),
        "broadcast": shape({"range": choice("here", "channel", "everyone")}, _STYLED),
        "color": shape({"value": string(255, least=1)}, _STYLED),
        "date": shape(
            {"timestamp": integer(0, 10**10), "format": string(255, least=1)},
            {"url": string(3000), "fallback": string(2000), "timezone": string(255), **_STYLED},
        ),
    },
    "rich text",
)
_SECTION_OF_TEXT = shape({"elements": items(_INLINE, 0, 1000)})
RICH_TEXT = shape(
    {
        "elements": items(
            one_type_of(
                {
                    "rich_text_section": _SECTION_OF_TEXT,
                    "rich_text_quote": shape(
                        {"elements": items(_INLINE, 0, 1000)}, {"border": integer(0, 1)}
                    ),
                    "rich_text_preformatted": shape(
                        {"elements": items(_INLINE, 0, 1000)},
                        {"border": integer(0, 1), "language": string(255)},
                    ),
                    "rich_text_list": shape(
                        {
                            "style": choice("bullet", "ordered"),
                            "elements": items(
                                one_type_of({"rich_text_section": _SECTION_OF_TEXT}, "list item"),
                                0,
                                1000,
                            ),
                        },
                        {
                            "indent": integer(0, 8),
                            "offset": integer(0, 10**6),
                            "border": integer(0, 1),
                        },
                    ),
                },
                "rich text",
            ),
            0,
            1000,
        )
    },
    NAMED,
)
_CELL = one_type_of(
    {
        "raw_text": shape({"text": string(TABLE_TOTAL)}),
        "rich_text": RICH_TEXT,
    },
    "table cell",
)


def _letters(value: Any) -> int:
    """The characters of every `text` in here."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        held = (value[name] for name in ("elements", "text") if name in value)
        return sum(map(_letters, held))
    return sum(map(_letters, value))


def _table_is_small(block: Mapping[str, Any], at: str, found: list[str]) -> None:
    if _letters(block["rows"]) > TABLE_TOTAL:
        found.append(problem(f"a table holds no more than {TABLE_TOTAL} characters", at))


TABLE = shape(
    {"rows": items(items(_CELL, 1, 20), 1, 100)},
    {**NAMED, "column_settings": items(anything, 1, 20)},
    _table_is_small,
)
