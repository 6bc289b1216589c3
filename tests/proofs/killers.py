"""Which tests are tried on a mutant, likeliest first: a guess that saves time, and decides nothing.

Whatever these names say, every policy test is run on a mutant before it counts as unnoticed.
"""

LONGEST = 600  # seconds that the likeliest tests, and again all others, have for one mutant
POLICY_TESTS = (
    "tests/database/test_whole_product.py",
    "tests/database/test_visibility.py",
    "tests/database/test_agreement.py",
    "tests/services/test_reading.py",
    "tests/services/test_accounts.py",
    "tests/services/test_one_time_links.py",
    "tests/services/test_second_factor.py",
    "tests/services/test_codebook.py",
    "tests/services/gathering/test_doors.py",
    "tests/services/gathering/test_saying.py",
    "tests/services/test_recording.py",
    "tests/services/test_ledger.py",
    "tests/services/test_narrowing.py",
    "tests/services/test_search_in_step.py",
    "tests/services/test_readings.py",
    "tests/services/test_auditing.py",
    "tests/services/test_withdrawing.py",
    "tests/services/test_mailing.py",
    "tests/services/test_passed_over.py",
    "tests/services/test_restoring.py",
    "tests/services/test_identity.py",
    "tests/search/test_leaks.py",
    "tests/web/test_roles.py",
    "tests/web/test_absence.py",
    "tests/web/test_bad_consent.py",
    "tests/web/test_own_in_lists.py",
    "tests/web/test_team.py",
    "tests/web/test_mine.py",
    "tests/web/test_naming.py",
    "tests/web/test_consent_desk.py",
    "tests/web/test_consent_page.py",
    "tests/web/test_codebook_page.py",
    "tests/web/test_audit_page.py",
    "tests/web/test_readings_page.py",
    "tests/web/test_restored_page.py",
    "tests/web/test_withdrawing.py",
    "tests/web/test_second_factor.py",
    "tests/web/test_tokens.py",
    "tests/web/test_signing_in.py",
    "tests/web/test_sign_on_attacks.py",
    "tests/web/test_single_sign_on.py",
    "tests/web/test_mail.py",
    "tests/web/test_security_txt.py",
    "tests/web/test_history.py",
    "tests/web/test_door_desk.py",
    "tests/web/test_door.py",
    "tests/web/test_safety.py",
    "tests/web/test_addresses.py",
    "tests/web/test_api.py",
    "tests/web/test_search_page.py",
    "tests/web/test_joining.py",
    "tests/web/test_named_files.py",
    "tests/web/test_problems_page.py",
    "tests/terminal/test_terminal.py",
    "tests/terminal/test_backup.py",
    "tests/proofs/test_twins.py",
    "tests/proofs/test_canaries.py",
)
LISTS = (
    "services/test_reading web/test_own_in_lists web/test_restored_page web/test_absence search/test_leaks"
)
LIKELY = {  # by the end of a module's path
    "visibility.py": "database/test_whole_product database/test_visibility database/test_agreement",
    "search/memory.py": "search/test_contract",
    "search/whoosh_index.py": "search/test_contract",
    "absence.py": "web/test_absence services/test_withdrawing web/test_withdrawing",
    "accounts.py": (
        "services/test_accounts services/test_one_time_links services/test_second_factor web/test_tokens "
        "web/test_signing_in"
    ),
    "allowing.py": "web/test_consent_page web/test_absence web/test_team",
    "arriving.py": "services/test_identity web/test_single_sign_on web/test_sign_on_attacks",
    "audit_list.py": "web/test_audit_page",
    "services/codebook.py": "services/test_codebook web/test_codebook_page",
    "confirming.py": "web/test_restored_page",
    "consent_desk.py": "web/test_consent_desk web/test_restored_page",
    "consenting.py": "web/test_consent_page services/test_ledger services/test_recording",
    "indexing.py": "services/test_narrowing services/test_search_in_step",
    "changing.py": "services/test_narrowing services/test_search_in_step",
    "searching.py": (
        "services/test_reading services/test_narrowing services/test_search_in_step web/test_own_in_lists "
        "web/test_restored_page"
    ),
    "gathering/answering.py": "services/gathering/test_saying",
    "gathering/door_desk.py": "web/test_door_desk",
    "gathering/doors.py": "services/gathering/test_doors web/test_door",
    "gathering/entries.py": "services/gathering/test_saying",
    "gathering/since.py": "web/test_door",
    "pages/door_desk.py": "web/test_door_desk",
    "gathering/going_back.py": "web/test_history",
    "gathering/history.py": "web/test_history",
    "gathering/versions.py": "web/test_history",
    "handmade.py": "services/test_withdrawing",
    "impact.py": "web/test_withdrawing",
    "gathering/bulk.py": "services/gathering/test_bulk web/test_jobs_page",
    "choosing.py": "services/gathering/test_bulk web/test_jobs_page",
    "jobs.py": "services/gathering/test_jobs web/test_jobs_page",
    "putting_back.py": "services/gathering/test_jobs services/gathering/test_bulk",
    "showing.py": "services/gathering/test_bulk web/test_jobs_page",
    "pages/changing.py": "web/test_jobs_page",
    "pages/guides.py": "web/test_guides_page",
    "links.py": "services/test_one_time_links services/test_accounts web/test_signing_in web/test_mail",
    "masking.py": "web/test_named_files web/test_problems_page services/test_passed_over",
    "mine.py": "web/test_mine web/test_own_in_lists web/test_restored_page",
    "naming.py": "web/test_naming web/test_team",
    "owning.py": "web/test_restored_page web/test_joining web/test_mine",
    "services/people.py": "web/test_joining services/test_accounts web/test_signing_in",
    "services/problems.py": "web/test_problems_page web/test_restored_page services/test_passed_over",
    "proving.py": "services/test_second_factor services/test_accounts",
    "reading.py": (
        "services/test_reading web/test_restored_page web/test_own_in_lists web/test_withdrawing "
        "web/test_consent_page"
    ),
    "pages/reading.py": "web/test_codebook_page",
    "reconcile.py": "web/test_restored_page services/test_restoring",
    "readers.py": "web/test_readings_page",
    "record_names.py": "web/test_readings_page web/test_audit_page",
    "recording.py": "web/test_readings_page web/test_consent_page services/test_recording",
    "safekeeping.py": "terminal/test_backup",
    "settling.py": "web/test_restored_page services/test_restoring",
    "second_factor.py": "services/test_second_factor web/test_second_factor",
    "services/signing_in.py": (
        "services/test_accounts services/test_second_factor services/test_one_time_links web/test_tokens "
        "web/test_signing_in"
    ),
    "team.py": "web/test_team web/test_restored_page",
    "telling.py": "web/test_withdrawing",
    "tokens.py": "web/test_tokens",
    "withdrawing.py": "web/test_withdrawing services/test_withdrawing",
    "withholding.py": "web/test_restored_page",
    "web/app.py": "web/test_tokens web/test_signing_in web/test_addresses web/test_roles",
    "changes.py": "web/test_signing_in",
    "web/desk.py": "web/test_codebook_page web/test_consent_desk web/test_consent_page web/test_roles",
    "frame.py": "web/test_tokens web/test_mine web/test_roles",
    "pages/account.py": "web/test_signing_in web/test_second_factor web/test_tokens",
    "pages/audit.py": "web/test_readings_page web/test_audit_page",
    "pages/consent.py": "web/test_consent_desk web/test_consent_page",
    "pages/contact.py": "web/test_security_txt",
    "pages/desk.py": "web/test_codebook_page web/test_mine web/test_roles",
    "pages/history.py": "web/test_history",
    "pages/forgotten.py": "web/test_mail",
    "pages/machinery.py": "web/test_absence web/test_addresses",
    "pages/people.py": "web/test_joining web/test_signing_in web/test_mail web/test_roles",
    "pages/restored.py": "web/test_restored_page",
    "pages/signing_in.py": "web/test_signing_in web/test_joining web/test_second_factor",
    "pages/single_sign_on.py": "web/test_signing_in web/test_single_sign_on web/test_sign_on_attacks",
    "privacy.py": "web/test_signing_in web/test_roles",
}


def likely(path: str) -> list[str]:
    """The tests to run first on a mutant of this module."""
    named = " ".join(names for end, names in LIKELY.items() if path.endswith(end)) or LISTS
    return list(dict.fromkeys(f"tests/{name}.py" for name in named.split()))


def others(path: str) -> list[str]:
    """The policy tests that are left when these have let it pass."""
    return [name for name in POLICY_TESTS if name not in likely(path)]
