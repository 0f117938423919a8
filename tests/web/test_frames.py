"""Pages and files: strict policies, who may frame, what is kept how long."""

import gzip
from pathlib import Path

import pytest

from alongside.kit.errors import NotFound, Unavailable
from alongside.web import static_files
from alongside.web.headers import NOTHING
from alongside.web.static_files import asset, page
from tests.web.rooms import Reception, code_of, with_settings

HTML = "<!doctype html><title>Desk</title>" + "<p>x</p>" * 200


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A front end, as a build leaves it."""
    folder = tmp_path / "static"
    for name, content in {
        "desk/index.html": HTML,
        "desk/assets/index-C0ffee.js": "console.log(1);" * 100,
        "desk/assets/icon-1234.woff2": "\x00font",
        "desk/theme.js": "//",
        "widget/frame.html": HTML,
        "widget/loader.js": "//loader",
        ".fingerprint": "secret",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (tmp_path / "outside.txt").write_text("not yours")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    for function in (static_files.asset, static_files.page):
        monkeypatch.setattr(function, "__defaults__", (folder,))
    return folder


async def allow(reception: Reception, *origins: str) -> None:
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        await connection.execute("update workspace set allowed_origins = $1", list(origins))


@pytest.mark.parametrize("path", ["/desk", "/desk/mine/0198b2f0-6f8c-7000-8000-0123456789ab", "/setup"])
async def test_the_desk_may_load_only_our_own_files_and_be_framed_by_nobody(
    reception: Reception, built: Path, path: str
) -> None:
    async with reception.asking() as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, HTML)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "connect-src 'self' ws://help.example;" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-cache"


async def test_only_the_allowed_sites_and_we_may_frame_the_widget(reception: Reception, built: Path) -> None:
    await allow(reception, "https://www.luma.example", "https://*.luma.example")
    async with reception.asking() as client:
        answer = await client.get("/widget/frame?workspace=luma")
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://www.luma.example https://*.luma.example")
    assert "x-frame-options" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_without_allowed_sites_nobody_else_may_frame_it(reception: Reception, built: Path) -> None:
    async with reception.asking() as client:
        answer = await client.get("/widget/frame?workspace=luma")
        assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self'")
        missing = await client.get("/widget/frame?workspace=nowhere")
    assert code_of(missing) == "not_found"
    assert missing.headers["content-security-policy"] == NOTHING


async def test_an_odd_host_gets_nothing_into_a_policy(reception: Reception, built: Path) -> None:
    async with reception.asking(Host="evil.example; script-src *") as client:
        answer = await client.get("/desk")
    assert "script-src *" not in answer.headers["content-security-policy"]


async def test_any_site_may_load_the_loader_and_asks_again_soon(reception: Reception, built: Path) -> None:
    async with reception.asking(origin="https://www.luma.example") as client:
        answer = await client.get("/widget/loader.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=300"


async def test_files_with_a_hash_in_their_name_are_kept_for_ever_and_others_asked_for_again(
    reception: Reception, built: Path
) -> None:
    async with reception.asking() as client:
        hashed = await client.get("/static/desk/assets/index-C0ffee.js")
        assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
        plain = await client.get("/static/desk/theme.js")
        assert plain.headers["cache-control"] == "no-cache"
        again = await client.get("/static/desk/theme.js", headers={"If-None-Match": plain.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        font = await client.get("/static/desk/assets/icon-1234.woff2")
        assert font.headers["content-type"] == "font/woff2"
        assert "content-encoding" not in font.headers


async def test_files_are_sent_compressed_to_who_takes_that(reception: Reception, built: Path) -> None:
    path = "/static/desk/assets/index-C0ffee.js"
    async with reception.asking() as client:
        plain = await client.get(path, headers={"Accept-Encoding": "identity"})
        async with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as packed:
            raw = b"".join([part async for part in packed.aiter_raw()])
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert packed.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] != plain.headers["etag"]


async def test_asking_for_the_head_only_gives_no_body(reception: Reception, built: Path) -> None:
    async with reception.asking() as client:
        for path in ("/desk", "/static/desk/theme.js", "/widget/loader.js"):
            answer = await client.head(path)
            assert (path, answer.status_code, answer.content) == (path, 200, b"")


@pytest.mark.parametrize(
    "path",
    ["../outside.txt", "desk/../../outside.txt", "..%2foutside.txt", "%2e%2e/outside.txt", ".fingerprint",
     "link.txt", "desk", "", "desk/theme.js%00", "desk\\theme.js", "/etc/passwd", "desk/" + "x" * 5000],
)  # fmt: skip
async def test_nothing_above_beside_or_hidden_is_served(reception: Reception, built: Path, path: str) -> None:
    async with reception.asking() as client:
        answer = await client.get(f"/static/{path}")
    assert answer.status_code in (404, 405)
    assert "not yours" not in answer.text
    with pytest.raises(NotFound):
        asset(path, built)


def test_a_new_build_is_served_without_a_restart(built: Path) -> None:
    before = asset("desk/theme.js", built)
    (built / "desk/theme.js").write_text("// another")
    after = asset("desk/theme.js", built)
    assert (before.content, after.content) == (b"//", b"// another")
    assert before.etag != after.etag


def test_without_a_front_end_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="bin/setup"):
        page("desk/index.html", tmp_path)


async def test_everything_else_may_load_nothing_and_is_kept_by_no_cache(reception: Reception) -> None:
    async with reception.asking() as client:
        for path in ("/api/setup", "/api/nowhere", "/health", "/api/team"):
            headers = (await client.get(path)).headers
            assert headers["content-security-policy"] == NOTHING
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert headers["cache-control"] == "no-store"
            assert "camera=()" in headers["permissions-policy"]
            assert "strict-transport-security" not in headers
            assert "server" not in headers


async def test_behind_https_browsers_are_told_to_stay_there(reception: Reception) -> None:
    safe = Reception(with_settings(reception.rooms, public_url="https://help.example"), reception.workspace)
    async with safe.asking() as client:
        assert (await client.get("/health")).headers["strict-transport-security"] == "max-age=31536000"
