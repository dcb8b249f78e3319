"""A client of Cal.com's API, v2 and the legacy v1, behind one interface; see `api.connect`.

It speaks the types of `bot.domain` and raises only the errors of `bot.domain.errors`.
"""
