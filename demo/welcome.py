"""What the demo prints once everything serves."""

from collections.abc import Iterator

from demo.customers import CUSTOMERS
from demo.customers import PASSWORD as CUSTOMERS_PASSWORD
from demo.world.team import PASSWORD, TEAM


def welcome(alongside: str, site: str) -> Iterator[str]:
    """The line that says that it is ready, then where to look and who can sign in."""
    yield f"ready {alongside}"
    yield ""
    yield f"Luma's site   {site}"
    yield "  Customers, who sign in there by a tap:"
    for customer in CUSTOMERS:
        yield f"    {customer.name:<17} {customer.email:<27} {CUSTOMERS_PASSWORD}"
    yield f"The desk      {alongside}/desk"
    yield "  Its agents:"
    for one in TEAM:
        yield f"    {one.name:<17} {one.email:<27} {PASSWORD}   {one.role}"
    yield ""
    yield "Ask something in the window at the bottom of Luma's site, then answer it in the desk."
    yield "Ctrl-C ends everything."
