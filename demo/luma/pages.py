"""The pages that everybody sees: home, tariffs, outages, help."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from demo.articles import help_article, help_articles
from demo.luma import outages as faults
from demo.luma.tariffs import TARIFFS, offers
from demo.luma.view import SiteRequest, page, wording_of

_KWH = Annotated[int, QueryParameter(ge=500, le=100_000)]


@get("/", sync_to_thread=False)
def home(request: SiteRequest) -> Response[Any]:
    """The front page."""
    articles = [one for one in help_articles(wording_of(request).language) if one.topic]
    return page(request, "home.html", tariffs=TARIFFS, articles=articles)


@get("/tariffs", sync_to_thread=False)
def tariffs(
    request: SiteRequest, kwh: _KWH = 2_800, car: FromQuery[bool] = False, panels: FromQuery[bool] = False
) -> Response[Any]:
    """The tariffs, and what each costs for a use in kilowatt-hours a year."""
    found = offers(kwh, car=car, panels=panels)
    return page(request, "tariffs.html", offers=found, all=TARIFFS, kwh=kwh, car=car, panels=panels)


@get("/outages", sync_to_thread=False)
def outages(request: SiteRequest, postcode: FromQuery[str] = "") -> Response[Any]:
    """The map of faults; with a postcode, how it is there."""
    known = faults.outages(datetime.now(UTC))
    districts = [(one, faults.state_of(one, known)) for one in faults.DISTRICTS]
    asked = faults.district_at(postcode) if postcode else None
    return page(
        request,
        "outages.html",
        known=known,
        districts=districts,
        names={one.key: one.name for one in faults.DISTRICTS},
        postcode=postcode,
        asked=asked,
        asked_state=faults.state_of(asked, known) if asked else None,
    )


@get("/help", sync_to_thread=False)
def help_index(request: SiteRequest) -> Response[Any]:
    """All help articles."""
    articles = [one for one in help_articles(wording_of(request).language) if one.audience == "public"]
    return page(request, "help.html", articles=articles)


@get("/help/{slug:str}", sync_to_thread=False)
def help_page(request: SiteRequest, slug: FromPath[str]) -> Response[Any]:
    """One help article."""
    article = help_article(wording_of(request).language, slug)
    if article is None:
        return page(request, "missing.html", status=404)
    return page(request, "article.html", article=article, paragraphs=article.body.strip().split("\n\n"))


@get("/health", media_type="text/plain", sync_to_thread=False)
def health() -> str:
    """Whether the site answers."""
    return "ok"


routes = [home, tariffs, outages, help_index, help_page, health]
