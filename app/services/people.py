"""The people of the archive, as a steward sees and changes them; and one's own account."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, select, update

from app.database.people import ACCOUNT, ONE_TIME_LINK, SIGN_IN
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role
from app.errors import InvalidText
from app.records.model import Digest
from app.services.accounts import (
    Standing,
    account_of,
    all_accounts,
    changes_of,
    one_line,
    roles_of,
    standing_digest,
    write_standing,
)
from app.services.archive import Archive
from app.services.auditing import Event, about, address_digest, note
from app.services.dates import date_label, moment_label
from app.services.links import Purpose, known_of
from app.services.mailing import mails
from app.services.owning import count_naming
from app.services.passwords import SHORTEST, hash_password, refuse_guessable, refuse_unfit
from app.services.proving import prove_password
from app.services.signing_in import SignedIn, end_sessions, living, set_password
from app.services.tokens import DAYS, USUAL_DAYS, tokens_of
from app.services.views import (
    AccountPage,
    Invited,
    Inviting,
    OpenSession,
    PeoplePage,
    Person,
    PersonPage,
    RoleBox,
    Step,
)

DESK = "/desk/people"
ROLES = {
    Role.MEMBER: ("Design team", "reads what may be used for design or learning"),
    Role.COMMISSIONER: ("Commissioner", "reads what may be used for commissioning"),
    Role.GATHERER: ("Gatherer", "reads her own stories whatever their state, and writes in the codebook"),
    Role.STEWARD: ("Steward", "reads all that is open to her organisation, and looks after files and people"),
}
FIRST_STEPS = {
    Role.STEWARD: (Step("Invite people", "/desk/people"), Step("Look at what was agreed", "/desk/consent")),
    Role.GATHERER: (Step("Add a story", "/add"), Step("See your own stories", "/mine")),
}
READ = Step("Read the stories", "/stories")


def labels_of(roles: Collection[Role]) -> list[str]:
    """Roles as pages name them, always in one order."""
    return [label for role, (label, _) in ROLES.items() if role in roles]


def boxes(chosen: Collection[Role] = ()) -> list[RoleBox]:
    """A box for each role."""
    return [RoleBox(role.value, label, meaning, role in chosen) for role, (label, meaning) in ROLES.items()]


def person_address(key: int) -> str:
    """The path of somebody's page at the desk."""
    return f"{DESK}/{key}"


def read_people(archive: Archive) -> PeoplePage:
    """Everybody who can sign in, and whoever was invited and has not come yet."""
    people, invited = all_accounts(archive), open_invitations(archive)
    language = archive.settings.language
    return PeoplePage(
        [_person(row) for row in people],
        [_invited(row, language) for row in invited],
        boxes(),
        Inviting(),
        mails(archive.settings),
    )


def open_invitations(archive: Archive) -> Sequence[AnyRow]:
    """The invitations that can still be used, by address."""
    waiting = (ONE_TIME_LINK.c.purpose == Purpose.INVITATION.value, ONE_TIME_LINK.c.used.is_(None))
    not_here = ONE_TIME_LINK.c.email.not_in(select(ACCOUNT.c.email))  # she may have come in another way
    links = select(ONE_TIME_LINK).where(*waiting, not_here, ONE_TIME_LINK.c.expires > archive.now())
    with archive.engine.connect() as connection:
        return connection.execute(links.order_by(ONE_TIME_LINK.c.email)).all()


def _person(row: AnyRow) -> Person:
    roles, disabled = labels_of(roles_of(row)), row.disabled is not None
    return Person(
        person_address(row.key),
        row.name,
        row.email,
        row.organisation,
        roles,
        disabled,
        bool(row.second_factor),
    )


def _invited(row: AnyRow, language: str) -> Invited:
    until = date_label(row.expires.isoformat()[:10], language)
    roles = labels_of(roles_of(row))
    return Invited(row.key, row.email, row.name, roles, until, row.organisation, row.gathers_as)


def take_back_invitation(archive: Archive, key: int, *, by: int | None = None) -> None:
    """An invitation works no longer; one that was used or is none is no error."""
    open_still = (ONE_TIME_LINK.c.purpose == Purpose.INVITATION.value, ONE_TIME_LINK.c.used.is_(None))
    this = (ONE_TIME_LINK.c.key == key, *open_still)
    with archive.writing() as connection:
        email = connection.execute(select(ONE_TIME_LINK.c.email).where(*this)).scalar()
        if email is not None:
            connection.execute(delete(ONE_TIME_LINK).where(*this))
            digest = address_digest(archive, email)
            note(archive, connection, Event.INVITATION_TAKEN_BACK, by=by, address=digest)
        connection.commit()


def read_person(archive: Archive, key: int, actor: Actor) -> PersonPage:
    """Somebody's page at the desk, as this steward may see it. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = account_of(connection, key)
        names_her = count_naming(archive, connection, actor, row.gathers_as)
    return PersonPage(
        address=person_address(key),
        name=row.name,
        email=row.email,
        organisation=row.organisation,
        gathers_as=row.gathers_as,
        names_her=names_her,
        boxes=boxes(roles_of(row)),
        disabled=row.disabled is not None,
        second_factor=bool(row.second_factor),
        digest=standing_digest(row),
        mails=mails(archive.settings),
    )


def change_person(archive: Archive, key: int, standing: Standing, *, expected: Digest, by: SignedIn) -> str:
    """Say what somebody may do. A change of roles ends her sessions; the one who changes her own goes on
    under the new cookie that is returned, empty for others.

    Raises NotFound, EditConflict, InvalidText or LastSteward.
    """
    with archive.writing() as connection:
        keep = by.session if by.account == key else None
        cookie = _stand(archive, connection, key, standing, expected=expected, by=by.account, keep=keep)
        connection.commit()
    return cookie


def _stand(
    archive: Archive,
    connection: Connection,
    key: int,
    standing: Standing,
    *,
    expected: Digest | None = None,
    by: int | None = None,
    keep: int | None = None,
) -> str:
    before, cookie = account_of(connection, key), ""
    if write_standing(connection, key, standing, expected=expected):
        cookie = end_sessions(archive, connection, key, keep)
    changed = changes_of(archive, before, account_of(connection, key))
    if changed:
        note(archive, connection, Event.ROLES, by=by, record_id=about(key), **changed)
    return cookie


def set_roles(archive: Archive, key: int, roles: frozenset[Role]) -> None:
    """The same from the terminal, for the roles alone. Raises NotFound or LastSteward."""
    with archive.writing() as connection:
        row = account_of(connection, key)
        _stand(archive, connection, key, Standing(roles, row.organisation, row.gathers_as))
        connection.commit()


def set_names(
    archive: Archive, key: int, *, organisation: str | None = None, gathers_as: str | None = None
) -> None:
    """The same for the organisation and the name on stories; None leaves one as it is.

    Raises NotFound or InvalidText.
    """
    with archive.writing() as connection:
        row = account_of(connection, key)
        belongs = row.organisation if organisation is None else organisation
        called = row.gathers_as if gathers_as is None else gathers_as
        _stand(archive, connection, key, Standing(roles_of(row), belongs, called))
        connection.commit()


def read_account(archive: Archive, who: SignedIn) -> AccountPage:
    """One's own account."""
    hers = (
        select(SIGN_IN)
        .where(SIGN_IN.c.account == who.account, *living(archive))
        .order_by(SIGN_IN.c.seen.desc())
    )
    with archive.engine.connect() as connection:
        row = account_of(connection, who.account)
        sessions = connection.execute(hers).all()
        tokens = tokens_of(archive, connection, who.account)
    return AccountPage(
        email=row.email,
        name=row.name,
        organisation=row.organisation,
        roles=labels_of(roles_of(row)),
        sessions=[_session(one, who, archive.settings.language) for one in sessions],
        shortest=SHORTEST,
        second_factor=bool(row.second_factor),
        tokens=tokens,
        has_password=bool(row.password),
        token_days=DAYS,
        usual_days=USUAL_DAYS,
    )


def first_steps(roles: Collection[Role]) -> list[Step]:
    """What somebody who has just joined may want to do first."""
    return [*(step for role, steps in FIRST_STEPS.items() if role in roles for step in steps), READ]


def _session(row: AnyRow, who: SignedIn, language: str) -> OpenSession:
    began, seen = (moment_label(time, language) for time in (row.created, row.seen))
    return OpenSession(row.key, began, seen, row.key == who.session)


def refused_account(archive: Archive, who: SignedIn, wrong: str, problem: str) -> AccountPage:
    """The same with what is wrong about one of its forms."""
    return replace(read_account(archive, who), wrong=wrong, problem=problem)


def rename(archive: Archive, who: SignedIn, name: str) -> None:
    """Change how one is called, which opens nothing. Raises InvalidText."""
    called = one_line(name, "Your name", needed=True)
    with archive.writing() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == who.account).values(name=called))
        note(archive, connection, Event.NAME, by=who.account)
        connection.commit()


def change_password(archive: Archive, who: SignedIn, *, old: str, new: str, again: str, address: str) -> str:
    """A new password ends every other session; this one goes on under the cookie that is returned.

    Raises InvalidText, TooManyTries or Busy.
    """
    refuse_unfit(new, again)
    refuse_guessable(new, *known_of(archive, who.email, who.name))
    kept = prove_password(archive, who, old, address)
    hashed = hash_password(new)
    with archive.writing() as connection:
        if account_of(connection, who.account).password != kept:
            raise InvalidText("The password was changed meanwhile, so nothing was changed.")
        set_password(connection, who.account, hashed)
        cookie = end_sessions(archive, connection, who.account, who.session)
        note(archive, connection, Event.PASSWORD, by=who.account)
        connection.commit()
    return cookie


def end_session(archive: Archive, who: SignedIn, session: int) -> None:
    """End one of one's own sessions; another's is passed over."""
    hers = (SIGN_IN.c.key == session, SIGN_IN.c.account == who.account)
    with archive.writing() as connection:
        if connection.execute(delete(SIGN_IN).where(*hers)).rowcount:
            note(archive, connection, Event.SESSION_ENDED, by=who.account)
        connection.commit()
