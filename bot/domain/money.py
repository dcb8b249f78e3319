"""What something costs, in words."""

from typing import Final

WITHOUT_CENTS: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"}
    | {"PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
"""Currencies whose smallest unit is the whole one, as payment services count them."""


def say_price(minor: int, currency: str) -> str:
    """`EUR 50.00`, `JPY 5,000`; `minor` counts the currency's smallest unit."""
    code = currency.upper()
    amount = f"{minor:,}" if code in WITHOUT_CENTS else f"{minor / 100:,.2f}"
    return f"{code} {amount}".strip()
