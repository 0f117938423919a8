"""Addresses of pages, without what opens a door or tells of a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.kit.errors import Invalid
from alongside.people.addresses import LONGEST, safe_address, safe_title


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://luma.example/tariffs", "https://luma.example/tariffs"),
        ("https://user:secret@luma.example/", "https://luma.example/"),
        ("https://luma.example:8443/a?page=2&token=abc", "https://luma.example:8443/a?page=2"),
        ("https://luma.example/?q=green+power&utm_source=mail", "https://luma.example/?q=green+power&utm_source=mail"),
        ("https://luma.example/?access_token=x&session_id=y&api-key=z&code=1", "https://luma.example/"),
        ("https://luma.example/?q=mara%40example.com&page=1", "https://luma.example/?page=1"),
        ("https://luma.example/?x=eyJhbGciOiJIUzI1NiJ9.e30.aa", "https://luma.example/"),
        ("https://luma.example/#prices", "https://luma.example/#prices"),
        ("https://luma.example/#access_token=abc&state=1", "https://luma.example/"),
        ("https://luma.example/#" + "a" * 101, "https://luma.example/"),
        ("https://luma.example/reset/4f5be8aa1a27e9d0c1e0e7c7f8a9b0c1d2e3f4a5/now", "https://luma.example/reset/…/now"),
        ("https://luma.example/bill/0198b2f0-6f8c-7000-8000-0123456789ab",
         "https://luma.example/bill/0198b2f0-6f8c-7000-8000-0123456789ab"),
        ("https://luma.example/u/mara@example.com", "https://luma.example/u/…"),
        ("  https://luma.example/  ", "https://luma.example/"),
        ("https://[2001:db8::1]:8080/x", "https://[2001:db8::1]:8080/x"),
    ],
)  # fmt: skip
def test_what_is_kept_of_an_address(sent: str, kept: str) -> None:
    assert safe_address(sent) == kept


@pytest.mark.parametrize(
    "sent",
    ["", "luma", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://", "http://[", "about:blank",
     "https://luma.example:99999/", "https://luma.example/a\x00b", "ftp://luma.example/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(sent: str) -> None:
    with pytest.raises(Invalid) as caught:
        safe_address(sent)
    assert caught.value.fields.keys() == {"url"}


def test_a_long_query_is_left_out_before_the_page_itself_is_cut() -> None:
    assert (
        safe_address("https://luma.example/a?" + "&".join(f"k{n}=v" for n in range(800)))
        == "https://luma.example/a"
    )
    assert len(safe_address("https://luma.example/" + "a/" * 3000)) == LONGEST


@given(st.text(max_size=200))
def test_whatever_comes_behind_a_host_is_kept_within_bounds(tail: str) -> None:
    try:
        kept = safe_address("https://luma.example/" + tail)
    except Invalid:
        return
    assert kept.startswith("https://luma.example")
    assert len(kept) <= LONGEST


def test_a_title_is_one_line_of_bounded_length() -> None:
    assert safe_title(" Your\n bill\x00 ") == "Your bill"
    assert len(safe_title("x" * 5000)) == 300
