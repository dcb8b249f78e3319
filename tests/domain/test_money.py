"""Prices in words."""

import pytest

from bot.domain.money import say_price


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (2000, "eur", "EUR 20.00"),
        (1250, "USD", "USD 12.50"),
        (5, "gbp", "GBP 0.05"),
        (124_999_900, "usd", "USD 1,249,999.00"),
        (1500, "jpy", "JPY 1,500"),
        (9000, "XPF", "XPF 9,000"),
        (700, "", "7.00"),
    ],
)
def test_a_price_is_said(minor: int, currency: str, said: str) -> None:
    assert say_price(minor, currency) == said
