"""What tests of paper share: an archive with everything that is hard to fit, and looking into files."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from pptx import Presentation

from app.rendering.passages import anchor_of
from tests.web.people import look, send
from tests.web.serving import story

SAID = "I had told it so often that it stopped sounding like mine."
CHAIR = f"> “{SAID}”"
AT = anchor_of(f"“{SAID}”")
BY_DEVON = SAID.replace("mine", "Devon")
OF_DEVON = f"s-des1gn00#{anchor_of(f'“{BY_DEVON}”')}"
LONG_NAME = ("Wilhelmina-Oluwaseun " * 10)[:200].strip()
UNBROKEN = "Donaudampfschifffahrtsgesellschaft" * 6
ARABIC = "مريم بنت عبد الله"
EMOJI = "Kit 🌱🧵"
WORDS_2000 = " ".join(
    f"Then the {number}th letter came and I put it with the others and waited again." for number in range(134)
)
MOMENTS = "\n".join(
    f'  - {{when: "March {2000 + n}", what: "Something that changed how she thought of it {n}", kind: low}}'
    for n in range(14)
)
STORIES = {
    "open.md": story(
        CHAIR,
        "id: s-0pen0000",
        "title: The eleven months",
        "storyteller: Marisa",
        "role: carer",
        "site: Harbour",
        "gathered: 2026-03-04",
        "themes: [waiting, letters]",
        "personas: [elena]",
        "moments:",
        "  - {when: '2019', what: Loses her sister, kind: low}",
        "  - {when: '2021', what: Somebody rings back, kind: turning point}",
        "strengths: [keeps the nephew fed and laughing]",
        "hopes: [one person who rings back]",
    ),
    "design.md": story(
        CHAIR.replace("mine", "Devon"),
        "id: s-des1gn00",
        "storyteller: Devon",
        "personas: [elena]",
        uses="design",
    ),
    "folded.md": story(
        CHAIR.replace("mine", "folded"),
        "id: s-f01ded00",
        "storyteller: Fay",
        "content_notes: [self-harm, loss]",
    ),
    "draft.md": story(CHAIR, "id: s-draft000", "storyteller: Dana", "status: draft"),
    "bare.md": story("She said little.", "id: s-bare0000", "storyteller: Bea"),
    "long.md": story(
        f"> “{WORDS_2000}”\n\n::: pull\n{WORDS_2000}\n:::\n",
        "id: s-10ng0000",
        f"storyteller: {LONG_NAME}",
        "moments:",
        MOMENTS,
        f"strengths: [{', '.join(f'strength number {n} in some words' for n in range(12))}]",
        f"hopes: [{UNBROKEN}]",
    ),
    "arabic.md": story(
        "> “قلت لهم مرة أخرى وسألوني من جديد ما الذي جاء بي إلى هنا.”",
        "id: s-arab1c00",
        f"storyteller: {ARABIC}",
        "language: ar",
    ),
    "emoji.md": story("> “It grew 🌱 and nobody 🙈 saw it.”", "id: s-em0j1000", f"storyteller: {EMOJI}"),
    "unbroken.md": story("> “No.”", "id: s-vnbr0ken", f"storyteller: {UNBROKEN}"),
}
MANY = "\n".join(
    f"  Heading {group} of some length:\n"
    + "\n".join(
        f"    - Statement {group}.{n} says something of medium length about her days" for n in range(60)
    )
    for group in range(9)
)
PERSONAS = {
    "elena.md": f"""---
id: who-e1ena000
name: Elena
tagline: who keeps starting again
quote: s-0pen0000#{AT}
uses: [design, publication]
stories: [s-0pen0000]
statements:
  What gets in the way:
    - {{statement: Repeats her story, evidence: [s-0pen0000#{AT}, {OF_DEVON}]}}
    - {{statement: Only Devon says so, evidence: [{OF_DEVON}]}}
    - Loses pay to attend
---
""",
    "many.md": f"---\nid: who-many0000\nname: {LONG_NAME}\ntagline: {LONG_NAME}\nquote: {WORDS_2000[:990]}\n"
    f"uses: [publication]\nstatements:\n{MANY}\n---\n",
    "arabic.md": f"---\nid: who-arab1c00\nname: {ARABIC}\nuses: [publication]\n---\n",
    "bare.md": f"---\nid: who-bare0000\nname: {EMOJI}\nuses: [publication]\n---\n",
    "design.md": "---\nid: who-des1gn00\nname: Nobody else\nuses: [design]\n---\n",
}
WORD = re.compile(r'<word xMin="[\d.]+" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>')
FOOT = re.compile(r'<footer class="told">.*?</footer>', re.DOTALL)


def mark(web, who, story_id="s-0pen0000", words=SAID, anchor=AT):
    """The id of a quote that somebody marked."""
    told = {"revision": "1", "anchor": anchor, "exact": words, "themes": "Loss"}
    answer = send(web, f"/s/{story_id}/mark", told, who)
    assert answer.status == 303, answer.text
    return re.search(r"#(q-[0-9a-z]{8})$", answer["location"])[1]


def pages(answer) -> list[str]:
    """The words of each page of a PDF."""
    assert answer.status == 200, answer.text[:2000]
    with TemporaryDirectory() as folder:
        words = told("pdftotext", content=answer.content, folder=Path(folder))
    return [" ".join(page.split()) for page in words.split("\f")[:-1]]


def told(program: str, *options: str, content: bytes, folder: Path) -> str:
    """What one of Poppler's programs says of a PDF."""
    assert shutil.which(program), "install poppler-utils"
    path = folder / "told.pdf"
    path.write_bytes(content)
    command = [program, *options, str(path), *(["-"] if program == "pdftotext" else [])]
    said = subprocess.run(command, capture_output=True, check=True).stdout
    return said.decode("utf-8", "replace")  # a character that no typeface here has comes in halves


def slides(answer) -> list[str]:
    """What stands on each slide of a PowerPoint file, and in its notes."""
    assert answer.status == 200, answer.text[:2000]
    made = Presentation(io.BytesIO(answer.content))
    return [
        "\n".join(
            [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
            + [slide.notes_slide.notes_text_frame.text]
        )
        for slide in made.slides
    ]


def over_the_foot(web, who, address, folder) -> list[str]:
    """Words of a sheet that stand where its foot does, and those beyond its edge."""
    found, html = [], look(web, address.removesuffix(".pdf"), who).text
    foot = re.sub(r"<[^>]*>", " ", " ".join(FOOT.findall(html))).split()
    content = look(web, address, who).content
    for page in told("pdftotext", "-bbox", content=content, folder=folder).split("<page ")[1:]:
        width = float(re.search(r'width="([\d.]+)"', page)[1])
        words = [(float(y), float(end), float(x), text) for y, x, end, text in WORD.findall(page)]
        top, bottom = max((y, end) for y, end, _, text in words if text == "version")
        line = top - 1.2 * (bottom - top)  # where the line above it begins, which says the uses
        found += [text for _, end, x, text in words if x > width or (end > line and text not in foot)]
    return found
