"""The sign of a quote, printed in an annex, leads to the quote's words as long as they may be read."""

import pytest
from sqlalchemy import select

from app.database.marking import QUOTE
from app.services.reconcile import reconcile
from app.services.tracing.printed import printed
from tests.web.marking.doing import BODY, FLAT_AT, marking, one
from tests.web.people import send, someone
from tests.web.test_tracing import asked
