"""The lens that the archive brings along, in the project's own words, and an empty one for evaluations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Draft:
    """A lens before it is written down: names with what they mean, and the cells' words row by row."""

    name: str
    about: str
    rows: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    cells: tuple[tuple[str, ...], ...] = ()


EXAMPLE = Draft(
    "Purpose, power, practice",
    "Two ways in which help can be set up, side by side: as a relationship, or as a process that people "
    "pass through. Each is looked at three times: what it is there for (purpose), who decides (power), and "
    "what is done from day to day (practice); and each time twice, as it is for the people who come and for "
    "those who work there.\n\n"
    "Most places are some of both, and each way has its reasons: a threshold is often how a kind person "
    "makes too little go round. The grid is not for giving marks. It is for seeing where a story stands, "
    "and what would have to change for it to stand elsewhere.",
    (
        ("Purpose, for people", "What it is there for, as those who come for help meet it."),
        ("Purpose, for practitioners", "What the work is for, as those who do it live it."),
        ("Power, for people", "Who decides, and whose word counts, when somebody comes."),
        ("Power, for practitioners", "What those who work there may decide, and for what they answer."),
        ("Practice, for people", "What happens from day to day, and how it feels to be there."),
        ("Practice, for practitioners", "How a working day is spent, and with whom."),
    ),
    (
        ("Relational", "Help as something between people, who come to know each other and decide together."),
        ("Mechanistic", "Help as something that is delivered: entered, measured out, and left."),
    ),
    (
        (
            "To live a life that she would call her own. Somebody asks what a good week would be, and the "
            "help is there for that: the flat kept, the nephew at school, a Saturday with nothing wrong in "
            "it. She is known by more than what went wrong.",
            "To have something put right. What brought her is named, and the help is there for what was "
            "named; the rest of her life is somebody else’s question. It is over when the form says that it "
            "is, whether or not the week got any better.",
        ),
        (
            "To be of use to this person, and to stay until that is true. A good day is one on which "
            "somebody was understood. What was learned with one person changes what is done with the next.",
            "To keep things moving: people seen, waits shortened, a number brought back below its line. A "
            "good day is one on which nothing was left open. The numbers stand for people, and there is "
            "seldom time to look behind them.",
        ),
        (
            "She decides with them. What she says about her own life is taken as knowledge; what is written "
            "down is written where she can see it, in words that she would use. She can say no, change her "
            "mind, come back, and bring whom she trusts.",
            "It is decided about her. Whether she is unwell enough, or too unwell, is found out by "
            "questions that somebody chose before she came. Reasons arrive in a letter. To be heard she has "
            "to fit, or to fight, or to have someone who does it for her.",
        ),
        (
            "Those who are with somebody may decide with her, and are trusted to. They can ask a colleague "
            "across the room, spend a little money, bend a rule and say why. When it goes wrong they look "
            "at it together.",
            "Those who are with somebody carry out what was decided elsewhere: who may be seen, for how "
            "long, in which order. To do the sensible thing they need a signature, or do it quietly. They "
            "answer for what they wrote down more than for what came of it.",
        ),
        (
            "The same face next time, and the kettle on. She tells her story once and it is remembered. "
            "Help begins where she is, a kitchen, a library, a walk, and does not end because she is better "
            "this month.",
            "Another room, another name, and the story from the beginning. There is a way in with a list "
            "behind it, a set number of times, and a way out. A missed appointment is an answer. Between "
            "one service and the next there is a gap, and she stands in it.",
        ),
        (
            "Time with people, and time to think about them with others. Whoever answers stays with it "
            "until the next person has it in hand. What somebody has lived through may be used. One can be "
            "tired here, and say so.",
            "Time at the screen: assessments, codes, handing on. The work is cut into steps so that anybody "
            "could do any of them, and it is rare to hear how it went on. Care is what one adds, out of "
            "one’s own lunch hour, until it runs out.",
        ),
    ),
)
AIMS = Draft(
    "Aims and outcomes",
    "What a programme set out to do, and what people say has come of it. Write its own aims in place of "
    "these rows, and say in each cell what you would expect to hear.",
    (("First aim", ""), ("Second aim", ""), ("Third aim", "")),
    (
        ("First signs", "What people notice early, before anything can be counted."),
        ("What changed for people", "What is different in a life, as it is told by the one who lives it."),
        ("What changed for practitioners", "What is different in the work, as those who do it tell it."),
        ("What nobody expected", "Good or hard, and in no plan."),
    ),
)
DRAFTS = {"example": EXAMPLE, "aims": AIMS}
