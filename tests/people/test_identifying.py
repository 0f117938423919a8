"""A device's visitor says who they are: joining, switching, repeating, and what each must not allow."""

import asyncio
from datetime import timedelta

import pytest

from alongside.kit.errors import Invalid, Unauthenticated
from tests.people.site import NOON, signed
from tests.people.visits import Visits


async def test_an_anonymous_visitor_joins_the_person_the_token_names(visits: Visits) -> None:
    device = await visits.device()
    done = await visits.identify(device.token, name="Mara Voss")
    assert done.person.name == "Mara Voss"
    assert done.person.verified
    assert done.previous == device.person.person_id
    assert done.join is not None
    assert (done.join.anonymous_person_id, done.join.person_id) == (
        device.person.person_id,
        done.person.person_id,
    )


async def test_a_second_device_of_hers_joins_the_same_person(visits: Visits) -> None:
    phone, tablet = await visits.device(), await visits.device()
    one, other = await visits.identify(phone.token), await visits.identify(tablet.token)
    assert one.person.person_id == other.person.person_id
    assert len(await visits.rows("select 1 from person_join where undone_at is null")) == 2


async def test_two_devices_at_once_make_one_person(visits: Visits) -> None:
    devices = [await visits.device() for _ in range(4)]
    done = await asyncio.gather(*(visits.identify(device.token) for device in devices))
    assert len({one.person.person_id for one in done}) == 1


async def test_signing_in_gives_the_device_a_new_token_so_that_a_copied_old_one_is_worth_nothing(
    visits: Visits,
) -> None:
    device = await visits.device()
    done = await visits.identify(device.token)
    assert done.token is not None
    with pytest.raises(Unauthenticated):
        await visits.visitor(device.token)
    assert (await visits.visitor(done.token)).person_id == done.person.person_id


async def test_saying_it_again_with_a_new_token_changes_nothing(visits: Visits) -> None:
    first = await visits.identify((await visits.device()).token, name="Mara")
    assert first.token is not None
    again = await visits.identify(first.token, name="Mara Voss")
    assert again.person.person_id == first.person.person_id
    assert again.person.name == "Mara Voss"
    assert (again.token, again.previous, again.join) == (None, None, None)


async def test_another_login_on_the_same_browser_is_a_switch_and_never_a_merge(visits: Visits) -> None:
    mara = await visits.identify((await visits.device()).token, sub="mara")
    assert mara.token is not None
    ben = await visits.identify(mara.token, sub="ben")
    assert ben.token is not None
    assert ben.person.person_id != mara.person.person_id
    assert (ben.previous, ben.join) == (mara.person.person_id, None)
    assert (await visits.visitor(ben.token)).person_id == ben.person.person_id
    with pytest.raises(Unauthenticated):
        await visits.visitor(mara.token)


async def test_an_identity_token_is_good_for_one_device_only(visits: Visits) -> None:
    jwt = signed()
    await visits.identify((await visits.device()).token, jwt)
    other = await visits.device()
    with pytest.raises(Invalid, match="used before"):
        await visits.identify(other.token, jwt)
    assert (await visits.visitor(other.token)).person_id == other.person.person_id


async def test_two_devices_with_one_identity_token_at_once_are_not_both_believed(visits: Visits) -> None:
    jwt = signed()
    devices = [await visits.device() for _ in range(4)]
    done = await asyncio.gather(
        *(visits.identify(each.token, jwt) for each in devices), return_exceptions=True
    )
    assert len([one for one in done if not isinstance(one, BaseException)]) == 1
    assert all(isinstance(one, Invalid) for one in done if isinstance(one, BaseException))


async def test_another_token_with_a_jti_seen_before_is_refused(visits: Visits) -> None:
    first = await visits.identify((await visits.device()).token, jti="once")
    assert first.token is not None
    with pytest.raises(Invalid, match="used before"):
        await visits.identify(first.token, jti="once", name="Somebody")


async def test_the_same_device_may_repeat_the_same_token(visits: Visits) -> None:
    jwt = signed()
    first = await visits.identify((await visits.device()).token, jwt)
    assert first.token is not None
    again = await visits.identify(first.token, jwt)
    assert (again.person, again.token, again.previous) == (first.person, None, None)


async def test_a_device_that_never_heard_the_answer_may_repeat_with_its_old_token(visits: Visits) -> None:
    device, jwt = await visits.device(), signed()
    lost = await visits.identify(device.token, jwt)
    again = await visits.identify(device.token, jwt)
    assert again.person == lost.person
    assert again.token is not None
    assert (await visits.visitor(again.token)).device_id == device.device_id


async def test_the_old_token_with_another_identity_token_is_nobody(visits: Visits) -> None:
    device = await visits.device()
    await visits.identify(device.token)
    with pytest.raises(Unauthenticated):
        await visits.identify(device.token, signed())


async def test_the_old_token_cannot_be_repeated_for_ever(visits: Visits) -> None:
    device, jwt = await visits.device(), signed()
    await visits.identify(device.token, jwt)
    rows = await visits.rows("select expires_at from used_identity_token")
    assert rows[0]["expires_at"] == NOON + timedelta(minutes=11)
    async with visits.database.transaction(visits.workspace) as connection:
        await connection.execute("update used_identity_token set expires_at = $1", NOON)
    with pytest.raises(Unauthenticated):
        await visits.identify(device.token, jwt)


async def test_repeating_an_earlier_token_does_not_switch_a_browser_back(visits: Visits) -> None:
    maras = signed(sub="mara")
    mara = await visits.identify((await visits.device()).token, maras)
    assert mara.token is not None
    ben = await visits.identify(mara.token, sub="ben")
    assert ben.token is not None
    for token in (ben.token, mara.token):
        with pytest.raises((Invalid, Unauthenticated)):
            await visits.identify(token, maras)
    assert (await visits.visitor(ben.token)).person_id == ben.person.person_id


async def test_a_refused_token_leaves_no_trace(visits: Visits) -> None:
    jwt = signed(sub="mara")
    await visits.identify((await visits.device()).token, jwt)
    people = len(await visits.rows("select 1 from person"))
    other = await visits.device()
    with pytest.raises(Invalid):
        await visits.identify(other.token, jwt)
    assert len(await visits.rows("select 1 from person")) == people + 1


async def test_a_forgotten_device_cannot_say_who_it_is(visits: Visits) -> None:
    device = await visits.device()
    async with visits.database.transaction(visits.workspace) as connection:
        await connection.execute("update device set forgotten_at = now()")
    with pytest.raises(Unauthenticated):
        await visits.identify(device.token)


async def test_the_site_s_own_id_alone_decides_who_somebody_is(visits: Visits) -> None:
    mara = await visits.identify(
        (await visits.device()).token, sub="mara", email="us@example.com", email_verified=True
    )
    ben = await visits.identify(
        (await visits.device()).token, sub="ben", email="us@example.com", email_verified=True
    )
    assert mara.person.person_id != ben.person.person_id
    rows = await visits.rows(
        "select person_id, strength from identity where kind = 'email' order by strength"
    )
    assert rows == [
        {"person_id": mara.person.person_id, "strength": "claimed"},
        {"person_id": ben.person.person_id, "strength": "verified"},
    ]


async def test_an_address_that_we_confirmed_ourselves_is_not_taken_away(visits: Visits) -> None:
    mara = await visits.identify(
        (await visits.device()).token, sub="mara", email="m@example.com", email_verified=True
    )
    async with visits.database.transaction(visits.workspace) as connection:
        await connection.execute("update identity set strength = 'confirmed' where kind = 'email'")
    await visits.identify(
        (await visits.device()).token, sub="ben", email="m@example.com", email_verified=True
    )
    rows = await visits.rows("select person_id from identity where kind = 'email' and strength = 'confirmed'")
    assert rows == [{"person_id": mara.person.person_id}]


async def test_a_new_verified_address_makes_the_old_one_a_claim(visits: Visits) -> None:
    done = await visits.identify((await visits.device()).token, email="old@example.com", email_verified=True)
    assert done.token is not None
    await visits.identify(done.token, email="new@example.com", email_verified=True)
    rows = await visits.rows("select value, strength from identity where kind = 'email' order by value")
    assert [(row["value"], row["strength"]) for row in rows] == [
        ("new@example.com", "verified"),
        ("old@example.com", "claimed"),
    ]


async def test_an_unverified_address_is_only_a_claim_and_the_same_word_twice_is_kept_once(
    visits: Visits,
) -> None:
    done = await visits.identify((await visits.device()).token, email="m@example.com")
    assert done.token is not None
    await visits.identify(done.token, email="m@example.com")
    rows = await visits.rows("select strength from identity where kind = 'email'")
    assert rows == [{"strength": "claimed"}]


async def test_many_with_crossed_addresses_at_once_neither_deadlock_nor_share(visits: Visits) -> None:
    devices = [await visits.device() for _ in range(6)]
    await asyncio.gather(
        *(
            visits.identify(
                device.token, sub=f"customer-{n}", email=f"shared-{n % 2}@example.com", email_verified=True
            )
            for n, device in enumerate(devices)
        )
    )
    proven = await visits.rows("select value from identity where kind = 'email' and strength = 'verified'")
    assert sorted(row["value"] for row in proven) == ["shared-0@example.com", "shared-1@example.com"]
