"""`uv run python -m tests.locales`: bring the catalogues up to date with the code.

What is new is added without a translation, what is gone is taken out; translations stay.
"""

from io import BytesIO
from typing import Final

from babel import Locale
from babel.messages.pofile import read_po, write_po

from bot.locales import TAGS, path
from tests.locales.marked import marked

HEADER: Final = (
    'msgid ""\nmsgstr ""\n"Language: {tag}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {plurals}\\n"\n\n'
)

for tag in TAGS:
    locale = Locale.parse(tag, sep="-")
    with path(tag).open("rb") as file:
        catalogue = read_po(file, locale=locale)
    catalogue.update(marked(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    written = BytesIO()
    write_po(written, catalogue, no_location=True, omit_header=True, width=100, sort_output=True)
    header = HEADER.format(tag=tag, plurals=catalogue.plural_forms)
    path(tag).write_bytes(header.encode() + written.getvalue().strip() + b"\n")
    missing = [message.id for message in catalogue if message.id and not any(message.string or ())]
    print(f"{tag}: {len(catalogue)} texts, {len(missing)} not translated")
