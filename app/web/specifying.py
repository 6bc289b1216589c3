"""Who comes to a specification, and what its forms send."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from app.errors import EditConflict, InvalidText, NotAllowed
from app.services.specifications.access import READERS, Who
from app.services.specifications.citing import LONGEST_WORDING, quote_named
from app.services.specifications.passages import passage_named
from app.services.views import Brought, CitationForm, RequirementForm, SpecificationForm
from app.web.desk import only
from app.web.numbers import written
from app.web.sessions import acting

MOST_TYPED = 20_000  # characters that are shown again
NOT_KEPT = (InvalidText, NotAllowed, EditConflict)


def who_asks(request: Request) -> Who:
    """Somebody who may be in a specification; which ones are there for her, services know.

    Raises what `only` raises for anybody else.
    """
    return Who(only(*READERS)(request), acting(request))


Specifies = Annotated[Who, Depends(who_asks)]


def specification_form(form: dict[str, str]) -> SpecificationForm:
    """What was typed of a specification."""

    def typed(name: str) -> str:
        return form.get(name, "")[:MOST_TYPED]

    return SpecificationForm(
        title=typed("title"),
        commissioner=typed("commissioner"),
        service=typed("service"),
        version=typed("version"),
        status=form.get("status", "draft")[:40],
        about=typed("about"),
        worths=typed("worths"),
    )


def requirement_form(form: dict[str, str]) -> RequirementForm:
    """What was typed of a requirement."""
    return RequirementForm(
        text=form.get("text", "")[:MOST_TYPED],
        rationale=form.get("rationale", "")[:MOST_TYPED],
        priority=form.get("priority", "")[:20],
        heading="heading" in form,
        parent=form.get("parent", "")[:40],
        edition=written(form.get("edition", "")) or 0,
    )


def brought_along(asked: Mapping[str, str]) -> Brought:
    """What somebody came with to cite it: a quote, or words of a passage that nobody has marked yet."""
    pasted = asked.get("quote", "")
    quote = quote_named(pasted)
    passage = "" if quote else passage_named(pasted)
    words = asked.get("words", "")[:LONGEST_WORDING] if passage else ""
    named = {"quote": quote or passage, "words": words}
    return Brought(**named, query=urlencode({name: value for name, value in named.items() if value}))


def citation_form(form: dict[str, str]) -> CitationForm:
    """What was typed of something to cite."""

    def typed(name: str) -> str:
        return form.get(name, "")[:MOST_TYPED]

    return CitationForm(
        kind=form.get("kind", "")[:20],
        stance=form.get("stance", "supports")[:20],
        quote=typed("quote"),
        wording=typed("wording"),
        persona=typed("persona"),
        idea=typed("idea"),
        figure=typed("figure"),
        source=typed("source"),
        note=typed("note"),
    )
