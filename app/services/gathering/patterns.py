"""What a text tells by its form: numbers, addresses and dates that lead to a person.

Each pattern looks at a bounded stretch from where it begins, so that no text takes more than its length.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from nhs_number.validate import is_valid
from phonenumbers import Leniency, PhoneNumberMatcher, ValidationResult, is_possible_number_with_reason

Span = tuple[int, int]

_AREAS = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E "
    "EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS "
    "LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR "
    "SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE "
)
_AREAS_IN_USE = frozenset(_AREAS.split())
_POSTCODE = re.compile(
    r"(?<!\w)([A-Za-z]{1,2})\d[A-Za-z\d]?[ \u00a0]?\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}(?!\w)"
)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w-])")
_ENDINGS = (
    "co\\.uk|org\\.uk|nhs\\.uk|gov\\.uk|ac\\.uk|sch\\.uk|uk|com|org|net|info|eu|ie|scot|wales|cymru|io|me|app"
)
_WEB = re.compile(
    r"(?i:\bhttps?://|(?<![\w@./])www\.)[^\s<>\"'`\[\]{}|\\^“”]{3,2000}"
    rf"|(?<![\w.@/:-])(?:[A-Za-z0-9-]{{1,63}}\.){{1,5}}(?:{_ENDINGS})(?![\w-])(?!\.\w)(?:/[^\s<>\"'`\[\]()]{{0,2000}})?"
    r"|(?<![\w@./])@[A-Za-z_]\w{2,30}(?![\w@])"
)
_NHS = re.compile(r"(?<![\w-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w-])")
_INSURANCE = re.compile(
    r"(?<!\w)(?!(?i:BG|GB|NK|KN|TN|NT|ZZ))(?i:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])"
    r"[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-Da-d](?!\w)"
)
_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\\.?"
)
_DAY = "(?:0?[1-9]|[12]\\d|3[01])"
_DATE = (
    rf"(?:(?:the )?{_DAY}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{2,4}})?"
    rf"|{_MONTH} {_DAY}(?:st|nd|rd|th)?(?:,? \d{{4}})?|{_MONTH} \d{{4}}"
    rf"|{_DAY}[./-](?:0?[1-9]|1[0-2])[./-](?:\d{{4}}|\d{{2}})|\d{{4}}-(?:0[1-9]|1[0-2])-{_DAY})(?!\w)"
)
_BORN = re.compile(
    rf"(?i)(?<!\w)(?:born|birth|birthday|d\.?o\.?b\.?)(?!\w)(?=[^\n.;\d]{{0,45}}\d)[^\n.;]{{0,25}}?(?<!\w)({_DATE})"
)
_ROAD = "Street|Road|Avenue|Lane|Crescent|Terrace|Gardens|Grove|Mews"
_MORE_ROADS = (
    "St|Rd|Ave|Ln|Close|Drive|Court|Place|Way|Hill|Row|Square|Park|Walk|Rise|View|Green|House|Parade|Yard"
)
_PROPER = r"[^\W\d_a-zß-ÿ][\w’'-]{1,30}"
_NUMBERED = (
    rf"(?:(?i:flat|apartment|unit|room) \w{{1,5}},? )?\d{{1,4}}[A-Za-z]?,? "
    rf"(?:{_PROPER} ){{1,3}}(?:{_ROAD}|{_MORE_ROADS})"
)
_ADDRESS = re.compile(rf"(?<!\w)(?:{_NUMBERED}|(?:{_PROPER} ){{1,2}}(?:{_ROAD}))(?!\w)")
_LOOSE = re.compile(r"(?i)(?:The|A|This|That|His|Her|My|Our|Their|In|On|At|Down|Up|From|Along|Across|Off) ")
_DIGITS = re.compile(r"(?<![\w+(.,:/£$€-])(?:\+|\(\+?)?\d[\d \u00a0().\-/]{4,24}\d(?![\d,]{0,12}\w)")
_CALLED = re.compile(
    r"(?i)\b(?:phone|tel|telephone|mobile|number|call|ring|rang|text|fax|ext|extension)\W*(?:\w+\W+){0,3}$"
)
_DAY_OR_HOUR = re.compile(r"(?:\d{1,2}[:.]\d{2} |\d\.\d|\d{4}-\d\d-\d\d(?!\d)|\d{4}\s?[-/]\s?\d{4}(?!\d))")
_FEWEST = 6  # digits
_MOST_ASKED = 2_000  # times in one text that the library is asked, which takes some 0.2 ms
_LEFT = 40  # characters before a number in which the word 'phone' or the like counts


def _whole(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Span]]:
    return lambda text: (found.span() for found in pattern.finditer(text))


def _web(text: str) -> Iterator[Span]:
    for found in _WEB.finditer(text):
        start, end = found.span()
        while end > start and text[end - 1] in ".,;:!?*_~’)":
            if text[end - 1] == ")" and "(" in text[start:end]:
                break
            end -= 1
        if end > start + 3:
            yield start, end


def _nhs(text: str) -> Iterator[Span]:
    return (found.span() for found in _NHS.finditer(text) if is_valid(found.group()))


def _born(text: str) -> Iterator[Span]:
    return (found.span(1) for found in _BORN.finditer(text))


def _addresses(text: str) -> Iterator[Span]:
    for found in _ADDRESS.finditer(text):
        start, end = found.span()
        loose = _LOOSE.match(text, start, end)
        start = loose.end() if loose else start
        if " " in text[start:end]:
            yield start, end


def _postcodes(text: str) -> Iterator[Span]:
    """Written small, one counts only with its space: 'b12 3de' may be one, 'a13b4cd' is something else."""
    for found in _POSTCODE.finditer(text):
        whole = found.group()
        if found.group(1).upper() in _AREAS_IN_USE and (whole.isupper() or len(whole.split()) == 2):
            yield found.span()


def phones(text: str, region: str) -> Iterator[Span]:
    """What may be a telephone number; a short one counts only where the words before it say so.

    In a text of more numbers than anybody tells, each that is long enough is taken for one.
    """
    asked = 0
    for stretch in _DIGITS.finditer(text):
        if sum(map(str.isdigit, stretch.group())) < _FEWEST or _DAY_OR_HOUR.match(text, stretch.start()):
            continue
        asked += 1
        if asked > _MOST_ASKED:
            yield stretch.span()
            continue
        for start, end, whole in _possible(stretch.group(), region):
            start, end = stretch.start() + start, stretch.start() + end
            if whole or _CALLED.search(text[max(0, start - _LEFT) : start]):
                yield start, end


def _possible(digits: str, region: str) -> Iterator[tuple[int, int, bool]]:
    """Where numbers stand, and whether each can be dialled from anywhere."""
    for found in PhoneNumberMatcher(digits, region, leniency=Leniency.POSSIBLE):
        possible = is_possible_number_with_reason(found.number) == ValidationResult.IS_POSSIBLE
        yield found.start, found.end, possible


PATTERNS: Mapping[str, Callable[[str], Iterator[Span]]] = {
    "email": _whole(_EMAIL),
    "web": _web,
    "nhs": _nhs,
    "insurance": _whole(_INSURANCE),
    "birth": _born,
    "postcode": _postcodes,
    "address": _addresses,
}  # in this order, telephone numbers last, one goes before another where both are in one place
