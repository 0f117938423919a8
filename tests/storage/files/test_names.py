"""Hostile file names become harmless, and those of every language stay what they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.storage.files import safe_name


@pytest.mark.parametrize(
    "name",
    [
        "Rechnung März 2026.pdf",
        "請求書.pdf",
        "فاتورة.pdf",
        "बिल.pdf",
        "счёт-42.pdf",
        "می‌خواهم.txt",
        "👩‍🔧.png",
        "❤️ 🇩🇪.png",
        "ใบแจ้งหนี้.pdf",
        "हिन्दी क्‍ष.pdf",
        "Tiếng Việt ộ.pdf",
        "חשבונית.pdf",
        "계산서.pdf",
        "ᠮᠣᠩᠭᠣᠯ.pdf",
        "𐎀𐎁𐎂.pdf",
        "ሂሳብ.pdf",
    ],
)
def test_names_of_every_language_stay(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
        ("/etc/passwd", "passwd"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\x1b[31m.png", "ab[31m.png"),
        ("line\r\nSet-Cookie: x.png", "line Set-Cookie_ x.png"),
        ('a"b<c>d|e?.png', "a_b_c_d_e_.png"),
        ("...htaccess", "htaccess"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        ("LPT1.tar.gz", "_LPT1.tar.gz"),
        ("com³.txt", "_com³.txt"),
        ("CONIN$", "_CONIN$"),
        ("bill.pdf" + " " * 100 + ".exe", "bill.pdf.exe"),
        ("bill\u00a0\u2003\u3000x.pdf", "bill x.pdf"),
        ("in\u200dvoice.p\u200cdf", "invoice.pdf"),
        ("\u3164\u2800\u115f.exe", "exe"),
        ("a" + "\u0336" * 50 + ".png", "a" + "\u0336" * 4 + ".png"),
        ("\u202dexe.\u202egpj", "exe.gpj"),
        ("\u2067\u2069a\u200e\u200f\u061c\ufeff.txt", "a.txt"),
        ("\U000e0061\U000e007fa.txt", "a.txt"),
        ("\ue000\U0010ffff\ud800a.txt", "a.txt"),
        ("a\x7f\x9b\u2028b.txt", "a b.txt"),
        ("file://evil/x:y.png", "x_y.png"),
        ("a/..", "file"),
        (".", "file"),
        ("trailing. . ", "trailing"),
        ("", "file"),
        ("///", "file"),
        ("\u202e\u2066", "file"),
        ("e\u0301.png", "é.png"),
    ],
)
def test_hostile_names_become_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_extension() -> None:
    assert safe_name("x" * 500 + ".pdf") == "x" * 196 + ".pdf"
    assert len(safe_name("請" * 500 + ".pdf").encode()) <= 240


@given(st.text(max_size=400))
def test_whatever_comes_in_what_comes_out_is_harmless_and_stays_so(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe) <= 200
    assert len(safe.encode()) <= 240
    assert not set(safe) & set('/\\:*?"<>|\x00\n\r\u202e')
    assert not safe.startswith(".")
    assert safe_name(safe) == safe
    assert safe_name(safe) == safe


@given(st.text("\u200c\u200d\u0336.\u202e aé:/\\\u3164", max_size=40))
def test_what_was_made_harmless_is_not_made_different_again(name: str) -> None:
    assert safe_name(safe_name(name)) == safe_name(name)
