"""Entries of the audit as plain sentences. Names are those of today; the entries hold none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.database.people import ACCOUNT, ONE_TIME_LINK
from app.database.tables import AnyRow
from app.database.visibility import Role, fold_name
from app.services.archive import Archive
from app.services.auditing import ABOUT, OF_A_THEME, Event, address_digest
from app.services.people import labels_of

TERMINAL, NOBODY, BY_HAND = "The terminal", "somebody", "An edit of the file"
STORYTELLER = "The storyteller"
NOT_PEOPLE = (
    TERMINAL,
    NOBODY,
    BY_HAND,
    STORYTELLER,
    "Single sign-on",
)  # who else does something in a sentence
DONE = {
    Event.SIGNED_IN: "signed in",
    Event.LINKED: "came in by single sign-on, to which her account is linked from now on",
    Event.SIGNED_OUT: "signed out",
    Event.SESSION_ENDED: "ended a session of her own",
    Event.PASSWORD: "changed her password",
    Event.NAME: "changed her name",
    Event.SECOND_FACTOR_ON: "added a second factor",
    Event.SECOND_FACTOR_OFF: "removed the second factor{of_whom}",
    Event.RECOVERY_CODES: "made codes for the day when her second factor is lost",
    Event.LINKED: "came by the single sign-on for the first time",
    Event.TOKEN_MADE: "made a token for a program",
    Event.TOKEN_ENDED: "ended a token for a program",
    Event.INVITED: "invited {address}{as_roles}",
    Event.INVITATION_TAKEN_BACK: "took back the invitation of {address}",
    Event.RESET_OFFERED: "made a link to a new password{for_whom}",
    Event.JOINED: "joined{invited_by}",
    Event.ROLES: "changed what {she} may do{changes}",
    Event.DISABLED: "keeps {whom} out from now on",
    Event.ENABLED: "let {whom} in again",
    Event.NAMED: "{named} {whom} on",
    Event.EDITED: "edited",
    Event.REMOVED: "removed, as it had come in,",
    Event.NAMES: "{decided} what may tell who somebody is in",
    Event.OTHERS_STORY: "{settled} in",
    Event.CONSENT: "recorded consent for",
    Event.CONSENT_BY_HAND: "changed consent for",
    Event.WITHDRAWN: "took back",
    Event.ANONYMISED: "put another text in the place of",
    Event.ERASED: "erased",
    Event.LIFTED: "{lifted}",
    Event.DOOR_MADE: "made a link to the storyteller’s own door of",
    Event.DOOR_ENDED: "ended the link to the storyteller’s own door of",
    Event.DOOR_SAID: "{took_in} about",
    Event.DOOR_DECIDED: "answered what the storyteller said about",
    Event.WHAT_CAME: "{noted} what has come of",
    Event.DOWNLOADED: "downloaded{what}{as_format}",
    Event.READERS_SHOWN: "was shown who read",
    Event.AUDIT_DOWNLOADED: "downloaded this list{rows}",
    Event.REFERENCE: "changed the population that storytellers are compared with by {trait}",
    Event.SPECIFICATION: "{specified}",
    Event.BACKED_UP: "made a backup",
    Event.RESTORED: "{restored}",
}


DECIDED = {
    "replaced": "replaced",
    "kept": "gave a reason to keep",
    "ignored": "will be asked nowhere any more about",
    "undone": "took back a decision about",
    "forgotten": "took a name for good out of the key to",
    "address": "gave another address because of",
}
SPECIFIED = {
    "team": "opened to a design team the specification",
    "named": "closed to all but named people the specification",
    "writers": "left to those who write specifications",
    True: "let a badge tell how citations stand in",
    False: "took back what the badge tells of",
}
SETTLED = {
    "agreed": "noted that somebody agreed to a passage about her",
    "disguised": "noted that a passage about someone else is disguised",
    "recorded": "noted why a passage about someone else may be told",
    "not": "took back what was noted of a passage about someone else",
    "opened": "opened a passage about someone else",
}

LABELS = {  # where a page names the thing otherwise than an entry is kept under
    Event.WITHDRAWN: "Taken back",
    Event.LIFTED: "Given back, or a passage opened again",
    Event.ANONYMISED: "Another text in its place",
    Event.DISABLED: "Kept out",
}


def label_of(event: Event) -> str:
    """What was done, as the page offers it for choice."""
    return LABELS.get(event, event.value.capitalize())


@dataclass(frozen=True)
class People:
    """Those whom the audit may mean: names by account, and by the digests of addresses."""

    names: Mapping[int, str] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)

    def name(self, account: object) -> str:
        """Somebody's name; an account that is gone keeps its number."""
        if not isinstance(account, int):
            return NOBODY
        return self.names.get(account, f"account {account}")


def people_of(archive: Archive, connection: Connection) -> People:
    """Everybody who can sign in or was invited."""
    accounts = connection.execute(select(ACCOUNT.c.key, ACCOUNT.c.name, ACCOUNT.c.email)).all()
    names = _told_apart(accounts)
    invited = connection.execute(select(ONE_TIME_LINK.c.email).distinct()).scalars()
    addresses = {address_digest(archive, email): email for email in invited}
    addresses |= {address_digest(archive, row.email): names[row.key] for row in accounts}
    return People(names, addresses)


def _told_apart(accounts: Sequence[AnyRow]) -> dict[int, str]:
    """What each is called: her name is her own to change, so one that is another's too has her address."""
    many = Counter(fold_name(name) for name in (*NOT_PEOPLE, *(row.name for row in accounts)))
    alone = {row.key: many[fold_name(row.name)] == 1 for row in accounts}
    whole = {row.key: f"{row.name} ({row.email})" if row.name else row.email for row in accounts}
    return {row.key: row.name if row.name and alone[row.key] else whole[row.key] for row in accounts}


def sentence(row: AnyRow, people: People) -> str:
    """'Ana Ruiz signed in'. What was done to a record ends where the record's name goes on."""
    if row.event == Event.SIGN_IN_REFUSED:
        return _refused(row, people)
    who = _author(row) if row.account is None else people.name(row.account)
    if row.event == Event.ROLES and row.data.get("single_sign_on"):
        return f"Single sign-on changed what {who} may do{_changes(row.data)}"
    try:
        done = DONE[Event(row.event)]
    except (KeyError, ValueError):
        return f"{who}: {row.event}"
    done = _otherwise(row) or done
    return f"{who} {done.format(**_details(row, people))}"


def _author(row: AnyRow) -> str:
    if row.event == Event.CONSENT_BY_HAND or row.data.get("by_hand"):
        return BY_HAND
    if row.data.get("door") or row.data.get("source") == "door":
        return STORYTELLER
    return "Somebody" if row.data.get("asked_for") else TERMINAL


def _otherwise(row: AnyRow) -> str:
    """What is said of an entry that is not as most of its kind; else empty."""
    data = row.data
    told = {
        Event.PASSWORD: "chose a new password by a link" if data.get("by_link") else "",
        Event.INVITED: "" if "address" in data else "printed a link for the first steward",
        Event.EDITED: _written(row),
        Event.RESET_OFFERED: "asked for a link to a new password{for_whom}" if data.get("asked_for") else "",
    }
    return told.get(row.event, "")


def _written(row: AnyRow) -> str:
    if row.data.get("language"):
        return "changed the shared language"
    return "wrote what belongs under" if row.record_id.startswith(OF_A_THEME) else ""


def _refused(row: AnyRow, people: People) -> str:
    if row.data.get("code"):
        return f"A sign-in as {people.name(row.account)} was refused, for its code"
    whose = account_in(row)
    address = people.addresses.get(row.data.get("address", ""))
    if whose is None and address is None:
        said = "A sign-in was refused, with an address that nobody has here"
    else:
        said = f"A sign-in as {people.name(whose) if whose is not None else address} was refused"
    more = row.data.get("more")
    if not more:
        return said
    tried = series(people.name(one) for one in row.data.get("accounts", ()))
    return f"{said}, and {more} more before it{f', some of them as {tried}' if tried else ''}"


def account_in(row: AnyRow) -> int | None:
    """The account to which something was done."""
    number = row.record_id.removeprefix(ABOUT)
    if number != row.record_id and number.isdecimal():
        return int(number)
    told = row.data.get("account", row.data.get("person", row.data.get("of")))
    return told if isinstance(told, int) else None


def _details(row: AnyRow, people: People) -> dict[str, str]:
    data, key = row.data, account_in(row)
    other = key is not None and key != row.account
    whom = people.name(key) if other or key is None else "herself"
    return {
        "whom": whom,
        "she": "she herself" if whom == "herself" else whom,
        "of_whom": f" of {whom}" if other else "",
        "for_whom": f" for {whom}" if key is not None else "",
        "address": people.addresses.get(data.get("address", ""), NOBODY),
        "as_roles": f" as {_roles(data['roles'])}" if data.get("roles") else "",
        "named": "named" if data.get("named", True) else "no longer names",
        "given": f" these roles: {_roles(data.get('roles', ()))}",
        "what": f" {data['what']}" if data.get("what") else "",
        "lifted": "opened what was closed in" if data.get("closed") else "gave back",
        "decided": DECIDED.get(str(data.get("decision")), "decided about"),
        "settled": SETTLED.get(str(data.get("settled")), "closed a passage that is someone else’s story"),
        "took_in": f"took in what was said on {data['way']}" if data.get("way") else "said something",
        "specified": SPECIFIED.get(data.get("access", data.get("badge")), "changed who is in"),
        "noted": "took back a note on" if data.get("off") else "noted",
        "restored": "let everybody in after a restore" if data.get("confirmed") else "restored a backup",
        "invited_by": f", invited by {people.name(data['invited_by'])}" if data.get("invited_by") else "",
        "changes": _changes(data),
        "as_format": f" as {data['format']}" if data.get("format") else "",
        "trait": str(data.get("trait", "")).replace("_", " "),
        "rows": f", {data['entries']:,} entries" if isinstance(data.get("entries"), int) else "",
    }


def _changes(data: Mapping[str, Any]) -> str:
    parts = []
    if "before" in data and "after" in data:
        parts.append(f"roles from {_roles(data['before'])} to {_roles(data['after'])}")
    parts += ["another organisation"] if "organisation" in data else []
    parts += ["another name on her stories"] if "gathers_as" in data else []
    return f": {'; '.join(parts)}" if parts else ""


def _roles(names: Iterable[str]) -> str:
    known = frozenset(Role(name) for name in names if name in tuple(Role))
    return series(labels_of(known)) or "none"


def series(items: Iterable[str]) -> str:
    """'One, two and three'."""
    listed = list(items)
    return " and ".join(part for part in (", ".join(listed[:-1]), *listed[-1:]) if part)
