"""Prices in words."""

from decimal import Decimal

WITHOUT_CENTS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"}
    | {"PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
"""Currencies whose smallest unit is the whole one, as payment services count them."""


def say_price(minor_units: int, currency: str) -> str:
    """`20 EUR`, `1,249.50 USD`, `1,500 JPY`.

    Args:
        minor_units: The amount in the currency's smallest unit.
        currency: Its code, in any case of letters.
    """
    code = currency.upper()
    if code in WITHOUT_CENTS:
        return f"{minor_units:,} {code}"
    amount = Decimal(minor_units).scaleb(-2)
    said = f"{amount:,.2f}".removesuffix(".00")
    return f"{said} {code}".rstrip()
