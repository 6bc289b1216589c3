"""What tests of references share: one to cite, and titles that every format has trouble with."""

from app.exports.cited import Cited

BASE = "https://stories.example.org"
STORY = "s-7k3fq2mx"
AWKWARD = {
    "plain": "The eleven months",
    "braces": "{Open and never closed",
    "closing": "Closed} before it was opened {twice}",
    "backslash": r"C:\homes\new and \textbf{bold}",
    "ampersand": "Job & flat & nephew, 50% of it",
    "signs": "#1 of $5, a_b ~ c^2 <i>no markup</i> | `x`",
    "quotes": "She said \"no\" and 'never', “then” ‘now’",
    "emoji": "A kettle 🫖 and a child 👩‍👧",
    "right to left": "قصة مريم عن الانتظار",
    "both ways": "Waiting, الانتظار, again (12)",
    "accents": "Łódź, Ynys Môn, naïve, Ångström, ŵ",
    "long": "So it went on " * 35 + "and ended",  # 500 characters
    "apart": "On   two\nlines\tand a tab",
    "comma": "First, second; third: fourth. Fifth? Sixth!",
    "tags": "TY  - JOUR ER  - ]]> --> </script>",
    "equals": "=1+1 @misc{x, @string",
}


def cited(**told) -> Cited:
    """A passage of a story; `told` differs."""
    usual = {
        "id": STORY,
        "story_id": STORY,
        "address": f"{BASE}/s/{STORY}#p-2dca5f",
        "story_address": f"{BASE}/s/{STORY}",
        "title": AWKWARD["plain"],
        "teller": "Marisa",
        "archive": "Storyhold",
        "archive_address": f"{BASE}/",
        "gathered": "2026-03-04",
        "language": "en-GB",
        "version": 3,
        "accessed": "2026-11-23",
        "uses": ("design", "commissioning"),
        "uses_label": "May be used for design sessions and commissioning, until 4 March 2029.",
        "consent_address": f"{BASE}/help/consent",
        "public": False,
        "paragraph": 4,
        "anchor": "p-2dca5f",
        "words": "The first thing Marisa does is move the chair.",
        "themes": ("Waiting",),
    }
    return Cited(**(usual | told))


def whole(**told) -> Cited:
    """The same story, none of its words."""
    return cited(paragraph=0, anchor="", words="", address=f"{BASE}/s/{STORY}", **told)
