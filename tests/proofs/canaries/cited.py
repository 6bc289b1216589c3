"""An example of every route by which something is cited."""

from tests.proofs.canaries.words import anchor

ENDING = anchor("It ended well.")  # behind what is closed
CITED_AS = ("csl.json", "bib", "ris", "jsonld", "dc.xml", "md", "txt")
CITED: dict[str, tuple[str, ...]] = {
    "/s/{story_id}/cite": (
        "/s/{id}/cite",
        "/s/{id}/cite?at={anchor}&style=apa",
        "/s/{id}/cite?words={body}",
        "/s/{id}/cite?at={anchor}&to=" + ENDING,
    ),
    "/q/{quote_id}/cite": ("/q/{quote}/cite",),
    "/s/{story_id:bare}.{form}": (
        *(f"/s/{{id}}.{form}" for form in CITED_AS),
        "/s/{id}.txt?at={anchor}",
        "/s/{id}.md?at={anchor}&to=" + ENDING,
    ),
    "/q/{quote_id:bare}.{form}": (
        "/q/{quote}.csl.json",
        "/q/{quote}.bib",
        "/q/{quote}.md",
        "/q/q-00000000.md",
    ),
}
