"""Prices in words."""

import pytest

from bot.domain.money import say_price


@pytest.mark.parametrize(
    ("minor_units", "currency", "said"),
    [
        (2000, "eur", "20 EUR"),
        (1250, "USD", "12.50 USD"),
        (5, "gbp", "0.05 GBP"),
        (124_999_900, "usd", "1,249,999 USD"),
        (1500, "jpy", "1,500 JPY"),
        (0, "EUR", "0 EUR"),
        (700, "", "7"),
    ],
)
def test_a_price_is_said(minor_units: int, currency: str, said: str) -> None:
    assert say_price(minor_units, currency) == said
