"""Links that work once: for whom, for how long, and when two use one at once."""

import threading
from contextlib import suppress

import pytest
from sqlalchemy import select, update

from app.database.people import ACCOUNT
from app.errors import InvalidText, LinkDead
from app.services.accounts import (
    Standing,
    disable,
)
from app.services.links import accept, invite, offer_first_steward, offer_reset, read_link
from app.services.people import open_invitations, set_roles
from app.services.signing_in import session_of
from tests.archives import rows, story_file
from tests.services.entering import MEMBER, STEWARD, row_of
from tests.web.people import PASSWORD, WRONG, account


@pytest.fixture
def archive(new_archive):
    return new_archive({"stories/a.md": story_file(gatherer="J. O.", id="s-7k3fq2mx")})


def arrive(archive, token, **told):
    given = {"email": "", "name": "Somebody", "password": PASSWORD, "again": PASSWORD} | told
    return accept(archive, token, **given)


def test_of_many_who_use_a_link_at_once_one_comes_in(archive):
    token, came, ready = offer_first_steward(archive), [], threading.Barrier(4)

    def act(number):
        ready.wait()
        with suppress(LinkDead):
            came.append(arrive(archive, token, email=f"p{number}@example.org"))

    threads = [threading.Thread(target=act, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with archive.engine.connect() as connection:
        assert len(came) == len(connection.execute(select(ACCOUNT.c.key)).all()) == 1


def test_the_first_steward_can_not_take_over_an_account_that_is_there(archive):
    key = account(archive, "Ann", "member")
    token = offer_first_steward(archive)
    with pytest.raises(InvalidText):
        arrive(
            archive,
            token,
            email="ANN@example.org",
            password="another one entirely",
            again="another one entirely",
        )
    assert row_of(archive, key).roles == ["member"]
    assert arrive(archive, token, email="sue@example.org")


def test_a_link_that_was_used_is_dead_whoever_has_its_address_now(archive):
    """An invitation is for one address; that hers is another by now makes it no new one."""
    link = invite(archive, "ben@example.org", "Ben", Standing(MEMBER))
    arrive(archive, link, name="Ben")
    with archive.engine.begin() as connection:
        connection.execute(update(ACCOUNT).values(email="ben@example.com"))
    with pytest.raises(LinkDead):
        read_link(archive, link)


def test_a_refused_password_uses_no_link_up(archive):
    token = invite(archive, "ben@example.org", "Ben", Standing(MEMBER))
    for told in ({"again": WRONG}, {"password": "short", "again": "short"}, {"name": " "}):
        with pytest.raises(InvalidText):
            arrive(archive, token, **told)
    assert session_of(archive, arrive(archive, token)).actor.roles == MEMBER


def test_an_invitation_of_somebody_who_came_in_another_way_is_dead_and_in_no_list(archive):
    token = invite(archive, "sue@example.org", "Sue", Standing())
    assert [row.email for row in open_invitations(archive)] == ["sue@example.org"]
    assert arrive(archive, offer_first_steward(archive), email="sue@example.org")
    with pytest.raises(LinkDead):
        read_link(archive, token)
    assert open_invitations(archive) == []


@pytest.mark.parametrize("typed", ["straße@example.org", "ﬁ@example.org", "νίκος@example.org", "ｋate@b.org"])
def test_no_link_is_made_for_an_address_that_could_be_somebody_else_s(archive, typed):
    with pytest.raises(InvalidText, match="somebody else's"):
        invite(archive, typed, "Ann", Standing())
    with pytest.raises(InvalidText, match="somebody else's"):
        arrive(archive, offer_first_steward(archive), email=typed)
    assert rows(archive, ACCOUNT) == [] and open_invitations(archive) == []
    assert invite(archive, "Änn@Example.org", "Ann", Standing())


def test_an_invitation_to_somebody_who_is_here_is_refused(archive):
    account(archive, "Ann")
    with pytest.raises(InvalidText):
        invite(archive, "ANN@example.org", "Ann", Standing(STEWARD))


def test_links_that_a_steward_sent_end_with_her_stewardship(archive):
    account(archive, "Pat", "steward")
    key = account(archive, "Eve", "steward")
    token = invite(archive, "accomplice@example.org", "", Standing(STEWARD), by=key)
    set_roles(archive, key, MEMBER)
    with pytest.raises(LinkDead):
        arrive(archive, token)


def test_a_link_to_a_new_password_dies_when_its_account_is_disabled(archive):
    account(archive, "Sue", "steward")
    key = account(archive, "Ann")
    token = offer_reset(archive, key)
    disable(archive, key)
    with pytest.raises(LinkDead):
        arrive(archive, token)
    with pytest.raises(InvalidText):
        offer_reset(archive, key)


def test_a_newer_link_to_a_new_password_takes_the_place_of_the_older(archive):
    key = account(archive, "Ann")
    older, newer = offer_reset(archive, key), offer_reset(archive, key)
    with pytest.raises(LinkDead):
        read_link(archive, older)
    assert read_link(archive, newer).email == "ann@example.org"
