"""What was chosen under *Who speaks*, brought into a text that may have been worked on meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.imports.conversations import turns_in
from app.imports.model import Turn
from app.imports.turns import body_of
from app.services.gathering.editing import EditRefused
from app.services.gathering.speaking import Part, Speaker, pseudonyms_of, told_by

TOUCHED = (
    "You changed the text, and chose other names under ‘Who speaks’. The two can not be brought together. "
    "Press ‘Use these names’ first, which writes the text anew, and then change it; "
    "or put the names back as they were."
)


@dataclass(frozen=True)
class Chosen:
    """Everybody who speaks, as it was decided before (None: not yet) and as it is now."""

    turns: Sequence[Turn]
    before: Sequence[Speaker] | None
    now: Sequence[Speaker]

    @property
    def teller(self) -> Speaker | None:
        """Whose story it is, where her words are kept and she is called something."""
        return next((one for one in self.now if one.part is Part.TELLER and one.kept and one.shown), None)

    def key(self, *, own_name: bool) -> Mapping[str, str]:
        """Which name stands for whom. A storyteller who is shown under the name that came with the file is in
        it too, until somebody decides that the name may stay; not where it is hers by her own choice."""
        teller = self.teller
        same = teller is not None and teller.name == teller.shown and not own_name
        own = {teller.name: teller.name} if same and teller else {}
        return {**own, **pseudonyms_of(self.now)}

    def body(self, text: str, *, anew: bool = False) -> str:
        """The text under the names that are chosen now. Raises EditRefused where that would undo what was
        changed in it, unless it is to be written anew."""
        was, now = self._as_it_was(), told_by(self.turns, self.now)
        if anew or text.strip() == was.strip():
            return now
        return text if now == was else self._worked_on(text)

    def _as_it_was(self) -> str:
        return told_by(self.turns, self.before) if self.before is not None else body_of(self.turns)

    def _worked_on(self, text: str) -> str:
        labels = {one.name: one.name for one in self.now}
        labels |= {one.shown: one.name for one in self.before or () if one.shown}
        turns = turns_in(self._renamed(text))
        if not turns or any(turn.speaker not in labels for turn in turns if turn.speaker):
            raise EditRefused({"": TOUCHED})
        named = [replace(turn, speaker=labels.get(turn.speaker, "")) for turn in turns]
        extra = [] if any(one.name == "" for one in self.now) else [Speaker("", 0, 0, Part.OTHER, "")]
        return told_by(named, [*self.now, *extra])

    def _renamed(self, text: str) -> str:
        """The text with the pseudonyms of now where those stand that were chosen before."""
        for was, now in zip(self.before or (), self.now, strict=False):
            if was.shown not in (was.name, now.shown) and now.shown:
                text = text.replace(f"[{was.shown}]", f"[{now.shown}]")
        return text
