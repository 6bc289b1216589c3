"""What was done is offered for choice in the words that pages use for it."""

from app.services.audit_words import label_of
from app.services.auditing import Event


def test_each_thing_that_can_be_done_has_a_name_of_its_own_in_the_words_of_the_pages():
    labels = [label_of(event) for event in Event]
    assert len(set(labels)) == len(labels)
    assert {"Taken back", "Kept out", "Signed in"} <= set(labels)
    assert not [one for one in labels if "withdr" in one.lower() or "disabled" in one.lower()]
