"""A customer's months: what they used, what it cost, and the bill for each."""

from datetime import date

import msgspec

from demo.customers import Customer
from demo.luma.tariffs import TARIFFS
from demo.world.ids import id_of
from demo.world.papers import Paper, letter


class Month(msgspec.Struct, frozen=True):
    """One month: its first day, the use in kilowatt-hours then and a year before, the amount in euros."""

    first: date
    kwh: int
    year_before: int
    amount: float
    paid: bool

    @property
    def number(self) -> str:
        """The bill's number."""
        return f"{self.first:%Y-%m}"


def months(customer: Customer, today: date) -> list[Month]:
    """The customer's last months, the latest last. The month that runs has no bill yet."""
    count = len(customer.monthly_kwh)
    tariff = next((one for one in TARIFFS if one.key == customer.tariff), TARIFFS[0])
    return [
        Month(
            first=_months_before(today, count - at),
            kwh=kwh,
            year_before=round(customer.monthly_kwh[at] * 0.97)
            if at < count - 2
            else round(customer.monthly_kwh[0] * 0.96),
            amount=round(kwh * tariff.day / 100 + tariff.monthly, 2),
            paid=at < count - 1,
        )
        for at, kwh in enumerate(customer.monthly_kwh)
    ]


def _year_before(kwh: tuple[int, ...], at: int) -> int:
    """Much the same in most months; the last two as in the first ones, the last winter."""
    return round(kwh[at] * 0.97) if at < len(kwh) - 2 else round(kwh[0] * 0.96)


def _months_before(today: date, count: int) -> date:
    index = today.year * 12 + today.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def bill_paper(customer: Customer, month: Month) -> Paper:
    """A month's bill as PDF."""
    lines = [
        "Luma Energy · Lichtstraße 1 · Aurental", "", customer.name, customer.address, "", "",
        f"Bill {month.number} · customer {customer.sub}", "",
        f"Use: {month.kwh} kWh", f"Same month a year before: {month.year_before} kWh",
        f"Amount: {month.amount:.2f} EUR", f"Meter: {customer.meter}", "",
        "Questions? Write to us on our site; a person reads it.",
    ]  # fmt: skip
    return letter(id_of("bill", f"{customer.key}/{month.number}"), f"luma-{month.number}.pdf", lines)
