"""A commissioner writes a specification that rests on what people said."""

from tests.web.people import look
from tests.web.specifications.doing import WORDS, asked, begun, cited, quoted, states, text_of


def test_a_commissioner_makes_a_specification_cites_a_quote_and_sees_that_it_stands(web, cy):
    quote = quoted(web)
    spec = begun(web, cy, service="Northgate", commissioner="ICB", version="0.1", about="Why we ask.")
    requirement = asked(web, cy, spec, rationale="People wait.", priority="must")
    assert cited(web, cy, requirement, f"http://x/q/{quote}").status == 303
    page = look(web, spec, cy)
    assert WORDS in page.text and "Ring back within two days." in page.text and "Must" in page.text
    assert "Marisa" in page.text and f'/q/{quote}"' in page.text and "1 current" in text_of(page)
    assert states(web, cy, spec) == ["current"]
    assert "All current" in look(web, f"{spec}/health", cy).text
