"""All the texts that are marked in the code."""

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir

import bot

KEYWORDS = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "NP_": ((1, "c"), 2),
}


def marked() -> Catalog:
    """A catalogue of them, without translations."""
    found = Catalog(fuzzy=False)
    rooms = extract_from_dir(bot.__path__[0], method_map=[("**.py", "python")], keywords=KEYWORDS)
    for _, _, message, _, context in rooms:
        found.add(message, context=context)
    return found
