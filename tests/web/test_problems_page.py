"""The page on which stewards read what is wrong with files, and what readers do not see."""

from tests.web.asking import AT_THE_MACHINE
from tests.web.people import look, someone
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
    files["broken.md"] = "---\ntitle: [\n---\nMoonlight.\n"
    with served(tmp_path, files, at_loopback=True) as web:
        page = web.get("/desk/problems", client=AT_THE_MACHINE).text
    assert [reason for _, reason in HIDDEN.values() if reason not in page] == []
    assert not [word for word in ("lamplight", "candlelight", "Moonlight") if word in page]


def test_a_steward_is_not_told_of_a_hidden_story_that_is_not_for_her_organisation(tmp_path):
    """Not why it is hidden, nor that it holds a comment, nor under what name it lies there."""
    keys = "consent: {uses: [design], not_for: [Northgate]}"
    with served(tmp_path, {"quartzmarsh.md": f"---\n{keys}\n---\nHers.\n<!-- hm -->\n"}) as web:
        pages = {
            name: look(web, "/desk/problems", someone(web.archive, name, "steward", organisation=name)).text
            for name in ("Northgate", "Other")
        }
        nowhere = look(web, "/desk/problems", someone(web.archive, "Non", "steward")).text
    assert "quartzmarsh" in pages["Other"] and "holds a comment" in pages["Other"]
    for text in (pages["Northgate"], nowhere):
        assert "quartzmarsh" not in text and "holds a comment" not in text
