"""A library to look at: the samples, and beside them what real folders have."""

import shutil
from itertools import pairwise
from pathlib import Path

from app.database.visibility import TERMINAL
from app.search.engines import choose_engine
from app.services.archive import open_archive
from app.services.codebook_theme import write_definition
from app.services.marking.entries import definition_digest
from tests.browser.serving import ROOT, settings_for, take_in, write

PUBLISHED = "consent: {uses: [publication]}"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
AWKWARD = f"""---
id: s-0awkward
title: {LONG}, and a heading that goes on for so long that nobody would ever want to say it aloud
storyteller: {LONG}
role: Keeps https://example.org/a/very/long/address/that/nobody/breaks/anywhere/at/all/index.html by heart
site: {LONG}
kind: [lived experience, peer worker, practitioner, commissioner, carer]
gathered: 2024-02
themes: [{LONG}, waiting, letters, work, money, trust, loss, "getting there", "open door", "saying no"]
moments:
  - {{when: "{LONG}", what: "{LONG}", kind: turning point}}
strengths: [{LONG}]
hopes: [{LONG}]
{PUBLISHED}
---
Intro with `code_that_is_one_word_of_more_than_sixty_characters_and_does_not_break_at_all` and a note.[^1]

## {LONG}

> “{LONG}.”

::: pull
{LONG}
:::

| first | second | third | fourth | fifth | sixth | seventh | eighth |
| --- | --- | --- | --- | --- | --- | --- | ---: |
| one thing | another thing | a third thing | {LONG} | five | six | seven | 8 |

```
a line of code that is far too long for a telephone and that nobody has broken into shorter lines yet
```

1. one
   - two
     - three
       - four {LONG}

![a picture](https://example.org/picture.png) and [{LONG}](https://example.org/)

::: closed
Nobody reads this.
:::

مرحبا بالعالم

[^1]: {LONG}
"""
DROPPED = f"---\nstoryteller: Nia\nsite: Nowhere\n{PUBLISHED}\n---\nThe quokka came at noon.\n"
GONE = "---\nid: s-taken0bk\ntitle: Taken back\nstatus: {}\n{}\n---\nWords that nobody may read.\n"
TROUBLE = {
    "stories/never-closed.md": "---\ntitle: Never closed\n",
    "stories/odd.md": f"---\ntitle: Odd\nstatus: sideways\ngathered: 2024-20-03\n{PUBLISHED}\n---\nOdd.\n",
    "stories/drafted.md": f"---\ntitle: Drafted\nstatus: draft\n{PUBLISHED}\n---\nNot yet.\n",
    "stories/awkward.md": AWKWARD,
    "personas/bare.md": "---\nid: who-0bareone\nname: Bare\nuses: [publication]\n---\n",
}
MORE = 30
DEFINED = (
    "",
    "What arrives on paper.",
    f"What arrives on paper, and when.\n\nNot here: {LONG} {LONG}\nand:\nمرحبا",
)


def lay_out(folder: Path) -> None:
    """Fill a folder with the samples, trouble, a story taken back, and enough stories for a second page."""
    for name in ("stories", "personas"):
        shutil.copytree(ROOT / name, folder / name)
    write(folder, {"stories/taken-back.md": GONE.format("ready", PUBLISHED)})
    take_in(folder)
    describe(folder, "letters", *DEFINED)
    write(folder, {"stories/taken-back.md": GONE.format("withdrawn", PUBLISHED)} | TROUBLE)
    write(folder, {f"stories/more/{number:02}.md": _short(number) for number in range(1, MORE + 1)})


def describe(folder: Path, slug: str, *texts: str) -> None:
    """Write a theme's definition, one text after another; the first is what stands there before."""
    settings = settings_for(folder)
    archive = open_archive(settings, choose_engine(settings))
    try:
        for before, text in pairwise(texts):
            write_definition(archive, TERMINAL, slug, text, expected=definition_digest(before))
    finally:
        archive.close()


def _short(number: int) -> str:
    keys = f"title: Short story {number}\ngathered: {1990 + number}\nsite: Site {number % 12}\nthemes: [time]"
    return f"---\n{keys}\n{PUBLISHED}\n---\nIt was {number} minutes past the hour when somebody rang.\n"
