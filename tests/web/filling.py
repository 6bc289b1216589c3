"""Forms as a browser reads them from a page and sends them back."""

from html.parser import HTMLParser

from tests.web.asking import Answer


class _Fields(HTMLParser):
    """The fields of the forms that post to one address."""

    def __init__(self, action: str) -> None:
        super().__init__(convert_charrefs=True)
        self.action, self.inside, self.found = action, False, {}
        self.area = self.select = ""

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self.inside = told.get("action") == self.action
        elif self.inside and tag == "input" and told.get("name"):
            if told.get("type") not in ("checkbox", "radio") or "checked" in told:
                self.found[told["name"]] = told.get("value", "on") or ""
        elif self.inside and tag == "textarea":
            self.area, self.found[told["name"]] = told["name"], ""
        elif self.inside and tag == "select":
            self.select = told["name"]
        elif tag == "option" and self.select and ("selected" in told or self.select not in self.found):
            self.option = told.get("value")
            self.found[self.select] = self.option or ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.inside = False

    def handle_data(self, data):
        if self.area:
            self.found[self.area] += data
        elif self.select and self.found.get(self.select) == "" and self.option is None:
            self.found[self.select] = data.strip()


def filled_in(answer: Answer, action: str) -> dict[str, str]:
    """What a browser would send of this form if nobody touched it; line ends as CRLF."""
    fields = _Fields(action)
    fields.feed(answer.text)
    fields.close()
    bare = {name: text.removeprefix("\n") for name, text in fields.found.items()}
    return {name: text.replace("\r\n", "\n").replace("\n", "\r\n") for name, text in bare.items()}
