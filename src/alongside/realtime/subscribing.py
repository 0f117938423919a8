"""Subscribing: from asking for a topic to following it, without losing or doubling what happens meanwhile."""

import asyncio
from collections.abc import Iterable

from alongside.kit.errors import AlongsideError, Gone, Unavailable
from alongside.kit.logs import logger
from alongside.realtime.following import Follower
from alongside.realtime.frames import Revoked, Subscribed
from alongside.realtime.parcel import visible_to
from alongside.realtime.place import Place
from alongside.realtime.refusals import stable_code
from alongside.realtime.repairs import Repairs
from alongside.realtime.topics import Snapshot

log = logger(__name__)
RENEWALS_AT_ONCE = 8


class Ended(Gone):
    """The subscription was taken away or replaced while its snapshot was read."""


async def admit(place: Place, follower: Follower, after: int | None, repairs: Repairs) -> None:
    """Authorise, read the snapshot, answer `subscribed`, hand on what came meanwhile.

    The follower waits in its place before authorisation is asked for, so a revocation finds it there.
    Raises what the kind of topic raises, and Ended."""
    following = follower.following
    try:
        await following.kind.authorise(follower.session, following.key)
        snapshot = await following.kind.snapshot(follower.session, following.key, after)
    except BaseException:
        place.leave(follower)
        raise
    if follower.ended:
        raise Ended(message="The subscription was ended meanwhile.", hint="Subscribe again if you need it.")
    _answer(follower, snapshot)
    follower.open(snapshot.upto)
    following.start(snapshot.upto)
    repairs.need(place.workspace_id, following)


def _answer(follower: Follower, snapshot: Snapshot) -> None:
    entries = visible_to(follower.session.audience, snapshot.entries)
    topic = follower.following.topic
    follower.peer.send(
        Subscribed(follower.request_id, topic, snapshot.state, snapshot.after, snapshot.upto, entries)
    )


async def renew(place: Place, followers: Iterable[Follower], repairs: Repairs) -> None:
    """Authorise these again and send each a fresh `subscribed`, from where it is: anything may have been
    missed. Who may no longer follow is told so."""
    gate = asyncio.Semaphore(RENEWALS_AT_ONCE)

    async def one(follower: Follower) -> None:
        async with gate:
            if not (follower.ended or follower.waiting):
                await _renew(place, follower, repairs)

    await asyncio.gather(*(one(follower) for follower in followers))


async def _renew(place: Place, follower: Follower, repairs: Repairs) -> None:
    after = follower.cursor
    follower.wait()
    try:
        await admit(place, follower, after, repairs)
    except Ended:
        return
    except Unavailable:
        follower.peer.end("unavailable", retry_after=1.0)
    except AlongsideError as error:
        revoke(place, follower, stable_code(error), error.message)
    except Exception:
        log.exception("renewal_failed", kind=follower.following.kind.name)
        follower.peer.end("internal", retry_after=1.0)


def revoke(place: Place, follower: Follower, code: str, message: str) -> None:
    """Take a topic away from a client, at once: what waits to be written of it is not written any more."""
    topic = follower.following.topic
    peer = follower.peer
    place.leave(follower)
    peer.outbox.forget(topic)
    peer.release(topic)
    peer.send(Revoked(topic, code, message))
