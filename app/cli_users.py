"""`storyhold user`: the people of the archive from a terminal, which acts as a steward."""

import sys
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.cli_terminal import address_of, opened_archive
from app.config import Settings
from app.database.tables import AnyRow
from app.database.visibility import Role
from app.errors import InvalidText, MailNotSent
from app.services.accounts import Standing, account_named, all_accounts, disable, enable, fold_email, roles_of
from app.services.archive import Archive
from app.services.letters import send_link
from app.services.links import invite, offer_first_steward, offer_reset, welcome_address
from app.services.people import open_invitations, set_names, set_roles
from app.services.second_factor import remove_for

users = typer.Typer(no_args_is_help=True, help="The people who can sign in.")
HEADINGS = ("Address", "Name", "Roles", "Organisation", "Name on stories", "Second factor", "Invited until")
NO_SERVER = "Name a mail server with STORYHOLD_SMTP_URL."
NOWHERE = (
    "No organisation was given: stories that are not for people of some organisations will be closed to "
    "her, also her own. Say where she belongs with --organisation, or later with: storyhold user belongs."
)
SENDING = "mail it too; only with STORYHOLD_SMTP_URL and STORYHOLD_BASE_URL"
Send = Annotated[bool, typer.Option("--send", help=SENDING)]
Email = Annotated[str, typer.Argument(help="email address")]


def link_to(settings: Settings, token: str) -> str:
    """A one-time link as it can be opened."""
    return f"{address_of(settings)}{welcome_address(token)}"


def first_steward_line(archive: Archive) -> str | None:
    """What `storyhold serve` says while nobody is a steward."""
    token = offer_first_steward(archive)
    if token is None:
        return None
    link = link_to(archive.settings, token)
    return f"Nobody looks after it yet. This link, which works once, makes you its first steward:\n{link}"


def _hand_over(archive: Archive, token: str, *, send: bool) -> None:
    """Print a link, and mail it where that was asked for. Raises MailNotSent."""
    typer.echo(link_to(archive.settings, token))
    if not send:
        return
    sent = send_link(archive, token)
    if not sent.done:
        raise MailNotSent(f"The link was not mailed. {sent.why or NO_SERVER}")
    typer.echo(f"Mailed to {sent.to}.", err=True)


def _found(archive: Archive, email: str) -> AnyRow:
    with archive.engine.connect() as connection:
        row = account_named(connection, fold_email(email))
    if row is None:
        raise InvalidText("Nobody with this email address can sign in here.")
    return row


@users.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="as colleagues know her")] = "",
    role: Annotated[list[Role] | None, typer.Option(help="may be given several times")] = None,
    organisation: Annotated[str, typer.Option(help="some stories are not for some organisations")] = "",
    gathers_as: Annotated[str, typer.Option(help="her name under gatherer in the files")] = "",
    send: Send = False,
) -> None:
    """Print an invitation, which works once and for seven days."""
    with opened_archive() as archive:
        standing = Standing(frozenset(role or ()), organisation, gathers_as)
        _hand_over(archive, invite(archive, email, name, standing), send=send)
    if not organisation.strip():
        typer.echo(NOWHERE, err=True)


@users.command("list")
def list_users() -> None:
    """Print who can sign in and who is invited: a table on a terminal, in a pipe lines with tabs."""
    with opened_archive() as archive:
        rows = [_account_line(row) for row in all_accounts(archive)]
        rows += [_invitation_line(row) for row in open_invitations(archive)]
    if not sys.stdout.isatty():
        typer.echo("".join("\t".join(cell or "-" for cell in row) + "\n" for row in rows), nl=False)
        return
    table = Table(*HEADINGS, box=SIMPLE_HEAD)
    for row in rows:
        table.add_row(*map(escape, row))
    Console(highlight=False).print(table)


def _account_line(row: AnyRow) -> tuple[str, ...]:
    roles = "disabled" if row.disabled is not None else ",".join(sorted(roles_of(row)))
    factor = "yes" if row.second_factor else ""
    return row.email, row.name, roles, row.organisation, row.gathers_as, factor, ""


def _invitation_line(row: AnyRow) -> tuple[str, ...]:
    roles = ",".join(sorted(roles_of(row)))
    until = row.expires.date().isoformat()
    return row.email, row.name, roles, row.organisation, row.gathers_as, "", until


@users.command("disable")
def disable_user(email: Email) -> None:
    """Keep somebody out: every session of hers ends at once."""
    with opened_archive() as archive:
        disable(archive, _found(archive, email).key)


@users.command("enable")
def enable_user(email: Email) -> None:
    """Let somebody in again who was kept out."""
    with opened_archive() as archive:
        enable(archive, _found(archive, email).key)


@users.command()
def reset(
    email: Email,
    second_factor: Annotated[bool, typer.Option("--second-factor", help="take that away instead")] = False,
    send: Send = False,
) -> None:
    """Print a link to a new password, which works once and for one day."""
    with opened_archive() as archive:
        if second_factor:
            remove_for(archive, _found(archive, email).key)
            return
        _hand_over(archive, offer_reset(archive, _found(archive, email).key), send=send)


@users.command()
def role(
    email: Email,
    roles: Annotated[list[Role] | None, typer.Argument(help="all that she is to have; none: no role")] = None,
) -> None:
    """Say which roles somebody has. A change ends her sessions."""
    with opened_archive() as archive:
        set_roles(archive, _found(archive, email).key, frozenset(roles or ()))


@users.command()
def belongs(
    email: Email,
    organisation: Annotated[str | None, typer.Option(help="'' for none")] = None,
    gathers_as: Annotated[str | None, typer.Option(help="her name under gatherer in the files")] = None,
) -> None:
    """Say where somebody works, and which name on stories is hers. What is not said stays."""
    with opened_archive() as archive:
        key = _found(archive, email).key
        set_names(archive, key, organisation=organisation, gathers_as=gathers_as)
