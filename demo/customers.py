"""The three people who can sign in on Luma's site, and what Luma knows of them."""

from typing import Literal

import msgspec

PASSWORD = "sunny-kettle-42"  # shown on the sign-in page: it opens nothing but the demo


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with an account at Luma. `sub` is how Luma names them to others, `monthly_kwh` their use in the
    last months, the latest last; `tariff` is None for somebody who is not a customer yet."""

    key: Literal["mara", "walter", "sofia"]
    sub: str
    name: str
    email: str
    phone: str
    language: Literal["en", "de"]
    address: str
    meter: str
    tariff: str | None
    monthly_kwh: tuple[int, ...]
    kind: Literal["home", "senior", "business"]


CUSTOMERS = (
    Customer(
        key="mara",
        sub="L-204817",
        name="Mara Vogel",
        email="mara.vogel@example.com",
        phone="+4930555010",
        language="en",
        address="Lindenweg 14, Aurental",
        meter="1LUM0048172235",
        tariff="home",
        monthly_kwh=(248, 231, 219, 205, 188, 181, 176, 183, 204, 262, 431, 486),
        kind="home",
    ),
    Customer(
        key="walter",
        sub="L-100392",
        name="Walter Brandt",
        email="walter.brandt@example.com",
        phone="+4930555011",
        language="de",
        address="Am Alten Markt 3, Aurental",
        meter="1LUM0010039281",
        tariff="home",
        monthly_kwh=(142, 138, 131, 120, 109, 104, 101, 103, 112, 124, 137, 145),
        kind="senior",
    ),
    Customer(
        key="sofia",
        sub="P-310054",
        name="Sofia Rinaldi",
        email="sofia@fornorinaldi.example",
        phone="+4930555012",
        language="en",
        address="Forno Rinaldi, Bahnhofstraße 21, Aurental",
        meter="",
        tariff=None,
        monthly_kwh=(),
        kind="business",
    ),
)


def customer(key: str) -> Customer | None:
    """The customer with this key."""
    return next((one for one in CUSTOMERS if one.key == key), None)
