"""Signing in and out, the customer's own pages, and the token that proves to Alongside who they are."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import NotAuthorizedException, NotFoundException, PermissionDeniedException
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from demo.customers import CUSTOMERS, PASSWORD
from demo.luma.bills import bill_paper, months
from demo.luma.identity import identity_token
from demo.luma.sessions import COOKIE, signed
from demo.luma.shapes import bars, grid
from demo.luma.view import SiteRequest, config_of, page, signed_in


@dataclass
class SignIn:
    """What the form sends: one of the customers' keys by a tap, or address and password."""

    customer: str = ""
    email: str = ""
    password: str = ""


@get("/sign-in", sync_to_thread=False)
def sign_in_page(request: SiteRequest) -> Response[Any]:
    """Who may sign in here, with their password: this is a demo."""
    return page(request, "sign-in.html", customers=CUSTOMERS, password=PASSWORD, wrong=False)


@post("/sign-in", status_code=200, sync_to_thread=False)
def sign_in(request: SiteRequest, data: URLEncodedBody[SignIn]) -> Response[Any]:
    """Sign in; a wrong password leads back to the form."""
    refuse_other_origins(request)
    known = {one.key: one for one in CUSTOMERS} | {one.email: one for one in CUSTOMERS}
    found = known.get(data.customer or data.email.strip().lower())
    if found is None or data.password != PASSWORD:
        return page(request, "sign-in.html", customers=CUSTOMERS, password=PASSWORD, wrong=True, status=401)
    value = signed(found.key, config_of(request).cookie_key)
    return Redirect(
        "/account", status_code=303, cookies=[Cookie(COOKIE, value=value, httponly=True, samesite="lax")]
    )


@post("/sign-out", status_code=303, sync_to_thread=False)
def sign_out(request: SiteRequest) -> Response[Any]:
    """Sign out. The page has told the widget to forget before it sent this."""
    refuse_other_origins(request)
    return Redirect("/", status_code=303, cookies=[Cookie(COOKIE, value="", max_age=0, httponly=True)])


@get("/account", sync_to_thread=False)
def account(request: SiteRequest) -> Response[Any]:
    """Bills and use."""
    customer = signed_in(request)
    if customer is None:
        return Redirect("/sign-in", status_code=303)
    past = months(customer, datetime.now(UTC).date())
    return page(request, "account.html", months=past, bars=bars(past), grid=grid(past))


@get("/account/bills/{number:str}", sync_to_thread=False)
def bill(request: SiteRequest, number: FromPath[str]) -> Response[bytes]:
    """A bill of one's own, as PDF."""
    customer = signed_in(request)
    if customer is None:
        raise NotAuthorizedException
    found = (one for one in months(customer, datetime.now(UTC).date()) if f"{one.number}.pdf" == number)
    month = next(found, None)
    if month is None:
        raise NotFoundException
    paper = bill_paper(customer, month)
    headers = {"content-disposition": f'inline; filename="{paper.name}"'}
    return Response(paper.content, media_type=paper.media_type, headers=headers)


@post("/identity", media_type="text/plain", status_code=200, sync_to_thread=False)
def identity(request: SiteRequest) -> str:
    """A fresh token for `Alongside.identify`, for who is signed in."""
    refuse_other_origins(request)
    customer, config = signed_in(request), config_of(request)
    if customer is None:
        raise NotAuthorizedException
    return identity_token(customer, config.workspace, config.identity_secret)


def refuse_other_origins(request: SiteRequest) -> None:
    """A form of another site must not act in a customer's name."""
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host', '')}":
        raise PermissionDeniedException("This form belongs to another site.")


routes = [sign_in_page, sign_in, sign_out, account, bill, identity]
