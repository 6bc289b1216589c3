"""What can go wrong, named for the archive; the web and the terminal each map it once."""

from collections.abc import Sequence


class StoryholdError(Exception):
    """Anything that the archive itself refuses or can not do; its text is for the person who asked."""


class NotFound(StoryholdError):
    """There is no such record for this reader: absent and forbidden are one."""


class Withdrawn(StoryholdError):
    """The storyteller took the story back, and this reader could have read it before."""

    def __init__(self, story_id: str, since: str | None = None, replacement: str | None = None) -> None:
        super().__init__(story_id)
        self.story_id, self.since, self.replacement = story_id, since, replacement


class NotAllowed(StoryholdError):
    """Somebody may read this, and may not change it."""


class EditConflict(StoryholdError):
    """The record changed after it was loaded; nothing was written."""


class InvalidRecord(StoryholdError):
    """A save was refused because the bytes can not be a record."""


class InvalidText(StoryholdError):
    """What somebody wrote can not be kept as it is; the error's text says why, and what to do."""


class ImportRefused(StoryholdError):
    """A file can not be brought in: `reason` says why, `remedy` what to do; neither repeats its words."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy = reason, remedy


class DiskRefused(StoryholdError):
    """A disk is full, fails or may only be read, so nothing has changed; `remedy` says what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy = reason, remedy


class NamesUndecided(InvalidText):
    """A story can not be ready: `findings` in it may tell who somebody is, and nobody has decided of them.

    Its text repeats none of them, so that a log or a job may keep it.
    """

    def __init__(self, story_id: str, findings: Sequence[object], said: str) -> None:
        super().__init__(said)
        self.story_id, self.findings = story_id, findings


class OthersStory(InvalidText):
    """A save would open a passage that is someone else's story; nothing was changed."""


class CrossSite(StoryholdError):
    """Another site tried to change something here through somebody's browser; nothing was changed."""


class TooLarge(StoryholdError):
    """More was sent than anything here takes; nothing was changed."""


class TooSlow(StoryholdError):
    """What was sent did not come to its end in time; nothing was changed."""


class RecordLocked(StoryholdError):
    """Another save kept the record's lock for too long; nothing was written."""


class SearchUnavailable(StoryholdError):
    """The index is being rebuilt or one of its classes is switched off."""


class SettingsError(StoryholdError):
    """A setting is unknown or can not be used."""


class PasswordTooLong(StoryholdError):
    """More was sent than any password is long; it was not looked at."""


class SignInNeeded(StoryholdError):
    """This is for people who have signed in; nobody has, with this request."""


class SignInRefused(StoryholdError):
    """No sign-in: address and password do not belong together, or may not sign in. Never says which."""


class TooManyTries(StoryholdError):
    """Too many attempts to sign in; `seconds` from now one may try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Busy(StoryholdError):
    """Too many people sign in at this moment; it takes some seconds."""


class LinkDead(StoryholdError):
    """The link was used, has expired, was taken back, or never was. Never says which."""


class TokenRefused(StoryholdError):
    """The bearer token is none of ours, or no longer. Never says which."""


class ScopeMissing(StoryholdError):
    """The bearer token is valid, but not for this; `scope` is what it would need."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class MailNotSent(StoryholdError):
    """A mail that was asked for was not sent; the error's text says why."""


class SignOnRefused(StoryholdError):
    """Nobody is signed in by single sign-on; the error's text says what to do, never what was wrong."""


class ProviderSilent(StoryholdError):
    """The single sign-on does not answer, or not as it should; the error's text is for the log."""


class LastSteward(StoryholdError):
    """An archive can not be left without a steward; nothing was changed."""


class BackupRefused(StoryholdError):
    """A backup can not be made or restored here as asked; nothing was changed."""


class BackupFailed(StoryholdError):
    """A backup could not be made; none was left behind."""


class BackupDamaged(StoryholdError):
    """A file is no whole backup, or the passphrase is not its own; nothing was changed."""

    def __init__(
        self, sentence: str = "This is no backup, or not as it was written. Nothing was changed."
    ) -> None:
        super().__init__(sentence)


class ArchiveInUse(StoryholdError):
    """Somebody has the archive open, or has it to himself."""


class JobsWait(StoryholdError):
    """Nothing is done over many files while a restore waits for a steward."""


class RestoreUnfinished(StoryholdError):
    """A restore did not end; part of the archive is old, part is new."""
