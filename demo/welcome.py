"""What the demo prints once everything serves."""

from rich.console import Console
from rich.table import Table

from demo.customers import CUSTOMERS
from demo.customers import PASSWORD as CUSTOMERS_PASSWORD
from demo.world.team import PASSWORD, TEAM


def print_welcome(console: Console, alongside: str, site: str) -> None:
    """The line that says that it is ready, then where to look and who can sign in."""
    console.print(f"ready {alongside}", markup=False, highlight=False, soft_wrap=True)
    console.print()
    console.print(f"[bold]Luma's site[/]  {site}", highlight=False)
    names = ", ".join(one.name for one in CUSTOMERS)
    console.print(f"  Customers sign in by a tap: {names} (password {CUSTOMERS_PASSWORD}).", highlight=False)
    console.print(f"[bold]The desk[/]     {alongside}/desk", highlight=False)
    console.print(_agents())
    console.print("Ask something in the window at the bottom of Luma's site, then answer it in the desk.")
    console.print("Ctrl-C ends everything.")


def _agents() -> Table:
    table = Table("agent", "role", "e-mail", "password", box=None, padding=(0, 3, 0, 2))
    for one in TEAM:
        table.add_row(one.name, one.role, one.email, PASSWORD)
    return table
