"""The page on which stewards read what is wrong with files, and what readers do not see."""

from tests.web.asking import AT_THE_MACHINE
from tests.web.serving import served

HIDDEN = {
    "draft": ("status: draft\nconsent: {uses: [publication]}", "It is a draft"),
    "design": ("consent: {uses: [design]}", "may be used, but not published"),
    "over": ("consent: {uses: [publication], until: 2020-01-01}", "consent ended"),
    "silent": ("title: Silent", "No consent is recorded"),
}


def test_stewards_are_told_what_is_hidden_and_why_and_not_what_it_says(tmp_path):
    files = {
        f"{name}.md": f"---\n{keys}\n---\nWords of {name}: lamplight.\n<!-- {name}, candlelight -->\n"
        for name, (keys, _) in HIDDEN.items()
    }
    with served(
        tmp_path, {**files, "broken.md": "---\ntitle: [\n---\nMoonlight.\n"}, at_loopback=True
    ) as web:
        page = web.get("/desk/problems", client=AT_THE_MACHINE).text
    assert [reason for _, reason in HIDDEN.values() if reason not in page] == []
    assert not [word for word in ("lamplight", "candlelight", "Moonlight") if word in page]
