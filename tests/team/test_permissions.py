"""The table of who may do what."""

import pytest

from alongside.kit.errors import Forbidden
from alongside.kit.ids import uuid7
from alongside.team.model import ROLES, Role, SignedIn
from alongside.team.permissions import PERMISSIONS, allows, require
from tests.team.crew import NOON


def signed_in(role: Role) -> SignedIn:
    return SignedIn(uuid7(), uuid7(), uuid7(), "Ada", "ada@luma.example", role, None, NOON, NOON)


def test_an_administrator_may_do_everything() -> None:
    assert all(allows("administrator", permission) for permission in PERMISSIONS)


def test_a_viewer_only_reads() -> None:
    allowed = {permission for permission in PERMISSIONS if allows("viewer", permission)}
    assert {permission for permission in allowed if not permission.endswith(".read")} == {"session.own"}


def test_a_specialist_writes_only_where_they_take_part() -> None:
    assert allows("specialist", "conversation.write")
    assert not allows("specialist", "conversation.write_anywhere")
    assert not allows("specialist", "conversation.accept")


def test_only_administrators_change_the_team_the_workspace_and_its_secrets() -> None:
    for permission in ("team.change", "workspace.change", "identity_secret.change", "audit.read"):
        assert [role for role in ROLES if allows(role, permission)] == ["administrator"]


def test_what_a_role_lacks_is_refused_by_name() -> None:
    require(signed_in("agent"), "conversation.accept")
    with pytest.raises(Forbidden, match=r"team\.change"):
        require(signed_in("agent"), "team.change")


def test_a_permission_that_is_not_in_the_table_is_a_mistake_and_not_a_yes() -> None:
    with pytest.raises(KeyError):
        require(signed_in("administrator"), "conversation.delete_everything")
