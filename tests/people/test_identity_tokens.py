"""Which tokens of a site are believed, and why each of the others is not."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey

from alongside.kit.errors import Invalid
from alongside.people.identity_tokens import Claims, verify
from tests.people.site import AUDIENCE, NOON, SECRET, claims, seconds, signed

OLDER = "the-older-secret-of-43-characters-or-so-xx"
TOKENS = st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{0,60}", fullmatch=True)


def believed(token: str, *secrets: str) -> Claims:
    return verify(token, [secret.encode() for secret in secrets or (SECRET,)], AUDIENCE, NOON)


def refusal(token: str, *secrets: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        believed(token, *secrets)
    assert caught.value.code == "identity_token_refused"
    assert caught.value.hint
    return caught.value


def with_claims(**changes: Any) -> str:
    return signed(NOON, SECRET, **changes)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_good_token_tells_who_it_is_and_what_was_verified() -> None:
    told = believed(
        signed(
            name="Mara Voss",
            email="Mara@Example.com ",
            email_verified=True,
            phone_number="+49 (170) 123-4567",
            phone_number_verified=True,
        )
    )
    assert (told.sub, told.name) == ("customer-17", "Mara Voss")
    assert (told.email, told.email_verified) == ("mara@example.com", True)
    assert (told.phone, told.phone_verified) == ("+491701234567", True)


def test_what_is_not_said_to_be_verified_is_not() -> None:
    told = believed(signed(email="mara@example.com", phone_number="+491701234567"))
    assert not told.email_verified
    assert not told.phone_verified


def test_either_of_two_live_secrets_signs() -> None:
    assert believed(signed(secret=OLDER), SECRET, OLDER).sub
    assert believed(signed(), OLDER, SECRET).sub


def test_another_secret_does_not_sign() -> None:
    assert "not signed" in refusal(signed(secret="x" * 40)).message


def test_without_a_living_secret_nothing_is_believed() -> None:
    with pytest.raises(Invalid):
        verify(signed(), [], AUDIENCE, NOON)


def test_a_token_without_a_signature_is_refused() -> None:
    header, payload = part({"alg": "none", "typ": "JWT"}), part(claims())
    for token in (f"{header}.{payload}.", f"{header}.{payload}", f"{header}.{payload}.x"):
        refusal(token)


@pytest.mark.parametrize("spelling", ["None", "NONE", "nOnE", "", None, 0, ["HS256"]])
def test_no_spelling_of_no_algorithm_passes(spelling: Any) -> None:
    refusal(f"{part({'alg': spelling})}.{part(claims())}.")


def test_a_token_signed_by_another_algorithm_with_the_same_secret_is_refused() -> None:
    for algorithm in ("HS384", "HS512"):
        registry = jws.JWSRegistry(algorithms=[algorithm])
        token = jwt.encode({"alg": algorithm}, claims(), OctKey.import_key(SECRET), registry=registry)
        refusal(token)


def test_a_token_signed_by_a_key_pair_is_refused_even_if_we_know_its_public_key() -> None:
    key = RSAKey.generate_key(2048)
    public = key.as_pem(private=False).decode()
    refusal(jwt.encode({"alg": "RS256"}, claims(), key), public)


def test_a_secret_that_the_token_brings_itself_is_not_used() -> None:
    own = OctKey.import_key("a-secret-that-only-the-forger-knows-000000")
    token = jwt.encode({"alg": "HS256", "kid": "0"}, claims(), own)
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    header["jwk"] = own.as_dict(private=True)
    refusal(f"{part(header)}.{token.split('.', 1)[1]}")


def test_a_changed_payload_is_noticed() -> None:
    header, _, signature = signed().split(".")
    refusal(f"{header}.{part(claims(sub='somebody-else'))}.{signature}")


def test_a_token_without_one_of_the_four_claims_is_refused() -> None:
    for name in ("sub", "exp", "aud", "jti"):
        assert name in refusal(with_claims(**{name: None})).hint


def test_a_claim_of_a_wrong_type_is_refused() -> None:
    for change in ({"sub": 17}, {"exp": "tomorrow"}, {"aud": 3}, {"jti": ["a"]}, {"email_verified": "yes"}):
        refusal(with_claims(**change))


def test_a_token_for_another_workspace_is_refused() -> None:
    assert refusal(signed(aud="other")).fields.keys() == {"aud"}
    assert believed(signed(aud=["other", AUDIENCE])).sub


def test_a_token_that_has_expired_is_refused_beyond_a_minute_of_clock_skew() -> None:
    assert believed(signed(exp=seconds(NOON, seconds=-59))).sub
    assert "expired" in refusal(signed(exp=seconds(NOON, seconds=-60))).message


def test_a_token_that_lives_longer_than_an_hour_is_refused() -> None:
    assert believed(signed(exp=seconds(NOON, hours=1, seconds=60))).sub
    assert "lives too long" in refusal(signed(exp=seconds(NOON, hours=1, seconds=61))).message


def test_a_token_that_never_expires_is_refused() -> None:
    raw = json.dumps(claims()).replace(str(seconds(NOON, minutes=10)), "Infinity")
    token = jws.serialize_compact({"alg": "HS256"}, raw, OctKey.import_key(SECRET))
    refusal(token)
    refusal(signed(exp=10**400))


def test_a_token_from_the_future_is_refused_beyond_a_minute_of_clock_skew() -> None:
    for claim in ("iat", "nbf"):
        assert believed(with_claims(**{claim: seconds(NOON, seconds=60)})).sub
        assert "not valid yet" in refusal(with_claims(**{claim: seconds(NOON, seconds=61)})).message


def test_a_used_token_is_remembered_until_nobody_would_accept_it() -> None:
    token = signed(exp=seconds(NOON, minutes=10))
    assert believed(token).expires_at == NOON + timedelta(minutes=11)


@pytest.mark.parametrize(
    "sub",
    ["null", "undefined", "NaN", "guest", "Anonymous", " anonymous ", "0", "", "  ", "none", "[object Object]",
     "{{user.id}}", "${userId}", "<%= id %>", "00000000-0000-0000-0000-000000000000", "false"],
)  # fmt: skip
def test_a_placeholder_is_nobody(sub: str) -> None:
    assert refusal(signed(sub=sub)).fields.keys() == {"sub"}


def test_an_id_that_merely_contains_such_a_word_is_somebody() -> None:
    assert believed(signed(sub="guest-of-honour-7")).sub == "guest-of-honour-7"
    assert believed(signed(sub="10")).sub == "10"


def test_an_unusable_sub_or_jti_is_refused() -> None:
    for change in ({"sub": "x" * 201}, {"sub": "a\x00b"}, {"jti": ""}, {"jti": "x" * 201}, {"jti": "a\nb"}):
        refusal(with_claims(**change))


def test_a_huge_token_is_refused_unread() -> None:
    assert "too long" in refusal(signed(name="x" * 5000)).message
    assert "too long" in refusal("a" * 1_000_000).message


def test_a_deeply_nested_payload_is_refused_without_harm() -> None:
    raw = '{"sub":' + "[" * 1200 + "]" * 1200 + "}"
    refusal(jws.serialize_compact({"alg": "HS256"}, raw, OctKey.import_key(SECRET)))


def test_what_is_no_address_or_number_is_left_out() -> None:
    told = believed(signed(email="not an address", phone_number="0170 1234567", name="\x00\n "))
    assert (told.email, told.phone, told.name) == (None, None, None)


def test_a_refusal_never_repeats_what_the_token_holds() -> None:
    token = signed(exp=seconds(NOON, seconds=-600), email="mara@example.com", sub="customer-4711")
    error = refusal(token)
    said = f"{error.message} {error.hint} {error.fields}"
    assert "mara" not in said
    assert "4711" not in said


@given(
    st.text(max_size=300)
    | st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{0,60}", fullmatch=True)
)
def test_no_text_whatever_is_believed_or_breaks_anything(token: str) -> None:
    with pytest.raises(Invalid):
        believed(token)
