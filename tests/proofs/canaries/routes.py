"""An example of every route of the archive. A route without one fails the crawl: give it one here.

`{slug}`, `{id}`, `{theme}`, `{anchor}` and `{word}` stand for those of each story, `{picture}` and
`{closed_picture}` for the digests of its pictures, `{persona}`, `{who}` and `{portrait}` for slug, id and
the digest of the portrait of each persona.
What is sent to a POST changes nothing.
"""

from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.services.consent_desk import LISTS
from tests.proofs.canaries import specifications
from tests.proofs.canaries.asking import ASKED
from tests.proofs.canaries.cited import CITED
from tests.proofs.canaries.harvesting import HARVESTING
from tests.proofs.canaries.planting import EVERYBODY, PERSONAS, Planted
from tests.proofs.canaries.posts import NO_LINK, POSTS, PUTS
from tests.proofs.canaries.words import anchor

CONSENTS = tuple(LISTS)
GETS: dict[str, tuple[str, ...]] = {
    **specifications.GETS,
    "/": ("/",),
    "/stories": (
        "/stories",
        "/stories?layout=table",
        "/stories?theme={theme}",
        "/stories?page=2",
        "/stories?select",
    ),
    "/random": ("/random",),
    "/stories/{slug:text}": ("/stories/{slug}", "/stories/{slug}.md"),
    "/personas": ("/personas",),
    "/personas/compare": (
        "/personas/compare",
        "/personas/compare?persona={persona}&persona=every-body",
    ),
    "/personas/coverage": ("/personas/coverage",),
    "/personas/coverage.csv": ("/personas/coverage.csv",),
    "/desk/coverage": ("/desk/coverage", "/desk/coverage?trait=gender"),
    "/personas/{slug:text}": ("/personas/{persona}", "/personas/every-body"),
    "/themes": ("/themes", "/themes?sort=name"),
    "/themes/{slug}": ("/themes/{theme}", "/themes/waiting", "/themes/{quote theme}?around=all"),
    "/themes/{slug}/quotes": ("/themes/{quote theme}/quotes", "/themes/waiting/quotes"),
    "/patterns": (
        "/patterns",
        "/patterns?by=passages",
        "/patterns?by=stories&top=30",
        "/patterns?theme={quote theme}&theme=waiting&by=stories",
    ),
    "/patterns.csv": ("/patterns.csv", "/patterns.csv?by=stories", "/patterns.csv?theme={quote theme}"),
    "/patterns/stories": ("/patterns/stories?top=30", "/patterns/stories?theme={theme}&theme={quote theme}"),
    "/patterns/stories.csv": ("/patterns/stories.csv",),
    "/patterns/sites": (
        "/patterns/sites",
        "/patterns/sites?lines=kind&by=stories",
        "/patterns/sites?lines=year&theme={quote theme}",
    ),
    "/patterns/sites.csv": ("/patterns/sites.csv", "/patterns/sites.csv?lines=kind"),
    "/patterns/quotes": (
        "/patterns/quotes?theme={quote theme}",
        "/patterns/quotes?theme={quote theme}&story={id}&around=all",
        "/patterns/quotes?theme={quote theme}&theme=waiting&by=stories",
        "/patterns/quotes?theme=waiting&by=stories&site={site}",
        "/patterns/quotes?theme=waiting&by=stories&kind={kind}",
        "/patterns/quotes?theme=waiting&by=stories&persona={persona}",
        "/patterns/quotes?theme={theme}&theme={quote theme}&by=passages",
        "/patterns/quotes",
    ),
    "/personas/build": (
        "/personas/build",
        "/personas/build?theme={quote theme}",
        "/personas/build?story={id}&q=zq*",
        "/personas/build?cell=planted.1.2",
    ),
    "/p/{who}/build": (
        "/p/{who}/build",
        f"/p/{EVERYBODY}/build?theme={{quote theme}}",
        "/p/{id}/build",
    ),
    "/p/{who}/reshape": ("/p/{who}/reshape", f"/p/{EVERYBODY}/reshape"),
    **ASKED,
    **HARVESTING,
    "/p/{record_id}": ("/p/{who}", f"/p/{EVERYBODY}", "/p/{id}"),
    "/s/{record_id}": ("/s/{id}", "/s/{id}?at={anchor}"),
    "/help/consent": ("/help/consent",),
    "/weave/{name}.svg": ("/weave/{id}.svg",),
    "/media/{digest}": ("/media/{picture}", "/media/{closed_picture}", "/media/{portrait}", "/media/x"),
    "/s/{story_id}/pictures/{digest}": ("/s/{id}/pictures/{picture}", "/s/{id}/pictures/{closed_picture}"),
    "/add/{key}/pictures/{digest}": ("/add/1/pictures/{picture}", "/add/99/pictures/x"),
    "/static/{digest}/{name:path}": ("/static/x/y.css",),
    "/.well-known/security.txt": ("/.well-known/security.txt",),
    "/healthz": ("/healthz",),
    "/readyz": ("/readyz",),
    "/login": ("/login", "/login?next=/stories"),
    "/login/code": ("/login/code", "/login/code?recovery=1&next=/stories"),
    "/login/forgotten": ("/login/forgotten",),
    "/login/sso": ("/login/sso",),
    "/login/sso/back": ("/login/sso/back?state=x&code=y",),
    "/welcome/{token}": (f"/welcome/{NO_LINK}",),
    "/account": ("/account",),
    "/account/second-factor": ("/account/second-factor",),
    "/account/tokens": ("/account/tokens",),
    "/account/readings": ("/account/readings", "/account/readings?before=9"),
    "/mine": ("/mine", "/mine?sort=state", "/mine?page=2"),
    "/s/{story_id}/people": ("/s/{id}/people",),
    "/s/{record_id}/consent": ("/s/{id}/consent",),
    "/s/{story_id}/names": ("/s/{id}/names", "/s/{id}/names?page=2"),
    "/s/{story_id}/mark": ("/s/{id}/mark", "/s/{id}/mark?at=p-000000"),
    "/marking/themes": ("/marking/themes", "/marking/themes?q=zq"),
    "/quotes/take": (
        "/quotes/take",
        "/quotes/take?theme={quote theme}",
        "/quotes/take?story={slug}&for=design",
        "/quotes/take?board={board}",
        "/quotes/take?board=b-00000000&for=publication",
        "/quotes/take?cell=planted.1.2",
        "/quotes/take?together={theme}&together={quote theme}&common=passages",
    ),
    "/quotes.{form}": (
        "/quotes.csv?theme={quote theme}",
        "/quotes.csv?story={id}&for=publication",
        "/quotes.md",
        "/quotes.jsonld?by=1",
        "/quotes.docx",
        "/quotes.docx?for=design",
        "/quotes.csv?board={board}",
        "/quotes.md?board=b-00000000",
        "/quotes.csv?cell=planted.1.2",
        "/quotes.jsonld?together={quote theme}&together=waiting&common=stories",
        "/quotes.exe",
    ),
    "/q/{quote_id}": ("/q/{quote}",),
    **CITED,
    "/q/{quote_id}/edit": ("/q/{quote}/edit",),
    "/join": ("/join", "/join?code=PLANT-100"),
    "/sessions": ("/sessions", "/sessions?removed=d-planted"),
    "/sessions/join": ("/sessions/join",),
    "/sessions/{session_id}": ("/sessions/d-planted", "/sessions/{session}"),
    "/sessions/{session_id}/prepare": ("/sessions/d-planted/prepare", "/sessions/{session}/prepare"),
    "/sessions/{session_id}/live": ("/sessions/d-99999999/live",),  # `changes` has the same parts, and ends
    "/sessions/{session_id}/changes": ("/sessions/d-planted/changes",),
    "/sessions/{session_id}/ideas/{idea}": ("/sessions/d-planted/ideas/2", "/sessions/{session}/ideas/1"),
    "/sessions/{session_id}/cells/{idea}/{column}": (
        "/sessions/d-planted/cells/2/{who}",
        f"/sessions/d-planted/cells/2/{EVERYBODY}",
    ),
    "/sessions/{session_id}/report": ("/sessions/d-planted/report", "/sessions/{session}/report"),
    "/sessions/{session_id}/report.{form}": (
        "/sessions/d-planted/report.csv",
        "/sessions/d-planted/report.docx",
        "/sessions/d-planted/report.pdf",
        "/sessions/{session}/report.csv",
    ),
    "/sessions/{session_id}/wall": (
        "/sessions/d-planted/wall",
        "/sessions/{session}/wall",
        "/sessions/{session}/wall?code=yes",
    ),
    "/boards": ("/boards", "/boards?removed=b-00000000"),
    "/boards/{board_id}": (
        "/boards/b-00000000",
        "/boards/b-00000000?did=moved&quote={quote}&cluster=0",
        "/boards/{board}",
    ),
    "/boards/{board_id}/clusters/{key}/theme": (
        "/boards/b-00000000/clusters/1/theme",
        "/boards/{board}/clusters/2/theme",
    ),
    "/memos": (
        "/memos",
        "/memos?q=memo&about=quote",
        "/memos?about=story&target={id}",
        "/memos?about=theme&target={quote theme}",
        "/memos?off={memo}",
    ),
    "/memos/new": (
        "/memos/new?about=quote&target={quote}",
        "/memos/new?about=story&target={id}",
        "/memos/new?about=theme&target={quote theme}",
        "/memos/new?about=persona&target=x",
    ),
    "/memos/{memo_id}": ("/memos/{memo}",),
    "/lenses": ("/lenses", "/lenses?removed=x"),
    "/lenses/{slug}": ("/lenses/planted",),
    "/lenses/{slug}/edit": ("/lenses/planted/edit", "/lenses/planted/edit?remove=1"),
    "/lenses/{slug}/{row}/{column}": (
        "/lenses/planted/1/2",
        "/lenses/planted/1/2?theme={quote theme}",
        "/lenses/planted/1/2?out={quote}",
    ),
    "/s/{record_id}/poster": (
        "/s/{id}/poster",
        "/s/{id}/poster?size=a2&words=yes",
        "/s/{id}/poster?for=design",
    ),
    "/s/{record_id}/poster.pdf": (f"/s/{EVERYBODY}/poster.pdf",),  # what it is made of is looked through
    "/p/{record_id}/poster": ("/p/{who}/poster", f"/p/{EVERYBODY}/poster"),
    "/p/{record_id}/poster.pdf": (f"/p/{EVERYBODY}/poster.pdf",),
    "/p/{record_id}/card": ("/p/{who}/card", f"/p/{EVERYBODY}/card?for=publication"),
    "/p/{record_id}/card.pdf": (f"/p/{EVERYBODY}/card.pdf",),
    "/p/{record_id}/card.pptx": (f"/p/{EVERYBODY}/card.pptx",),
    "/q/{quote_id}/card": ("/q/{quote}/card",),
    "/q/{quote_id}/card.pdf": ("/q/q-00000000/card.pdf",),
    "/paper": (
        "/paper",
        "/paper?theme={quote theme}",
        "/paper?for=publication",
        "/paper?card={who}&poster={who}",
        "/paper?poster={id}",
    ),
    "/paper/sheets": (
        "/paper/sheets?poster={id}&card={quote}",
        "/paper/sheets?theme={quote theme}",
        "/paper/sheets?story={slug}&for=design",
        "/paper/sheets?card={who}&poster={who}",
        "/paper/sheets?board={board}",
    ),
    "/paper/sheets.pdf": ("/paper/sheets.pdf?card=who-00000000",),
    "/paper/sheets.pptx": ("/paper/sheets.pptx?card={who}",),
    "/paper/making": ("/paper/making?card=who-00000000",),
    "/s/{story_id}/withdraw": ("/s/{id}/withdraw",),
    "/s/{story_id}/edit": ("/s/{id}/edit", "/s/{id}/edit?whole"),
    "/s/{story_id}/originals/{digest}": ("/s/{id}/originals/x",),
    "/s/{story_id}/history": ("/s/{id}/history", "/s/{id}/history?from=1&to=2", "/s/{id}/history?page=2"),
    "/s/{story_id}/v/{number}": ("/s/{id}/v/1", "/s/{id}/v/1?at={anchor}", "/s/{id}/v/2", "/s/{id}/v/99"),
    "/add": ("/add", "/add?guide=a-day-a-week-a-turning-point"),
    "/add/{key}": ("/add/1", "/add/99"),
    "/door/{token}": (
        f"/door/{NO_LINK}",
        f"/door/{NO_LINK}?picture={NO_LINK}",
        f"/door/{NO_LINK}?to=uses",
        f"/door/{NO_LINK}?p=p-000000",
    ),
    "/s/{story_id}/door": ("/s/{id}/door",),
    "/s/{story_id}/door/letter": ("/s/{id}/door/letter",),
    "/s/{story_id}/door/table.html": ("/s/{id}/door/table.html",),
    "/desk": ("/desk",),
    "/desk/audit": ("/desk/audit", "/desk/audit?record={id}"),
    "/desk/audit.csv": ("/desk/audit.csv",),
    "/desk/audit/readers": ("/desk/audit/readers", "/desk/audit/readers?record={id}"),
    "/desk/restored": ("/desk/restored",),
    "/desk/problems": ("/desk/problems",),
    "/desk/consent": tuple(f"/desk/consent?list={name}" for name in CONSENTS),
    "/desk/consent/{name}.csv": tuple(f"/desk/consent/{name}.csv" for name in (*CONSENTS, "none-of-them")),
    "/guides": ("/guides",),
    "/guides/{slug}": ("/guides/beside-somebody", "/guides/never-was"),
    "/desk/quotes": ("/desk/quotes", "/desk/quotes?page=2"),
    "/desk/jobs": ("/desk/jobs", "/desk/jobs?page=2"),
    "/desk/jobs/{key}": ("/desk/jobs/1", "/desk/jobs/99", "/desk/jobs/x"),
    "/desk/change": ("/desk/change", "/desk/change?story={id}", "/desk/change?all=1&theme={theme}"),
    "/desk/codebook": ("/desk/codebook", "/desk/codebook?show=new", "/desk/codebook?q=zq&sort=told"),
    "/language": ("/language",),
    "/desk/language": ("/desk/language",),
    "/desk/codebook/new": ("/desk/codebook/new",),
    "/desk/codebook/import": ("/desk/codebook/import",),
    "/desk/codebook.csv": ("/desk/codebook.csv", "/desk/codebook.csv?form=taguette"),
    "/desk/codebook/{slug}": ("/desk/codebook/{theme}",),
    "/desk/codebook/{slug}/{way}": (
        "/desk/codebook/{theme}/split",
        "/desk/codebook/{quote theme}/split",
        *(f"/desk/codebook/waiting/{way}" for way in ("rename", "merge", "move", "retire", "offer")),
    ),
    "/desk/people": ("/desk/people",),
    "/desk/people/{person}": ("/desk/people/1", "/desk/people/99"),
    "/api/v1/search": (
        "/api/v1/search?q=window&size=100",
        "/api/v1/search?theme={theme}",
        "/api/v1/search?kind={kind}",
        "/api/v1/search?q=was&sort=newest",
        "/api/v1/search?persona={persona}",
    ),
    "/api/v1/complete": ("/api/v1/complete?q=zq", "/api/v1/complete?q=The+zq"),
    "/api/v1/stories": ("/api/v1/stories?size=100", "/api/v1/stories?size=3&page=2"),
    "/api/v1/stories/{slug:text}": ("/api/v1/stories/{slug}",),
    "/api/v1/personas": ("/api/v1/personas",),
    "/api/v1/personas/{slug:text}": ("/api/v1/personas/{persona}", "/api/v1/personas/every-body"),
    "/api/v1/themes": ("/api/v1/themes?size=100",),
    "/api/v1/themes/{slug}": ("/api/v1/themes/{theme}",),
    "/api/v1/quotes": (
        "/api/v1/quotes?size=100",
        "/api/v1/quotes?q=zq*",
        "/api/v1/quotes?theme={quote theme}",
        "/api/v1/quotes?story={slug}",
        "/api/v1/quotes?by=1&flag=stays",
    ),
    "/api/v1/quotes/{quote_id}": ("/api/v1/quotes/{quote}",),
    "/api/docs": ("/api/docs",),
    "/api/openapi.json": ("/api/openapi.json",),
}
LOST = (
    "/nowhere",
    "/stories/never-was",
    "/api/v1/stories/never-was",
    "/s/s-00000000",
    "/api/v1/search?page=0",
)


def without_example(app: FastAPI) -> list[str]:
    """The routes for which nobody has written an example yet."""
    known = {"GET": GETS, "POST": POSTS, "PUT": PUTS}
    return sorted(
        f"{method} {context.path}"
        for context in iter_route_contexts(app.routes)
        for method in (context.methods or {"a mount"}) - {"HEAD", "OPTIONS"}
        if context.path not in known.get(method, {})
    )


def examples(templates: Iterable[tuple[str, ...]], stories: Iterable[Planted]) -> Iterator[str]:
    """The addresses of all routes, for every story and persona."""
    known = list(stories)
    for template in (one for group in templates for one in group):
        yield from dict.fromkeys(_filled(template, known))


def _filled(template: str, stories: list[Planted]) -> Iterator[str]:
    if any(name in template for name in ("{persona}", "{who}", "{portrait}")):
        for one in PERSONAS:
            yield template.format(persona=one["file"], who=one.id, portrait=one.digest())
    elif "{" in template:
        for story in stories:
            shown = {name: story.digest(name.replace("_", " ")) for name in ("picture", "closed_picture")}
            named = {"id": story.id, "slug": story.slug, "quote": story.quote}
            made = {"memo": story.memo, "board": story.board, "session": story.session}
            made |= {"anchor": anchor(story.passage), "requirement": story.requirement}
            yield template.format(**story.words | shown | made, **named)
    else:
        yield template
