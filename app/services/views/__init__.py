"""What pages and the API may show. Each page's template uses the fields of one of these, and no more.

Texts are plain and are escaped by the template; fields named `html` are safe HTML from rendering.
Dates named `…_label` are in the archive's language; `address` is a path on this site.
"""

from app.services.views.codebook import CodebookEntry, CodebookPage, CodebookThemePage
from app.services.views.finding import (
    Completion,
    HitView,
    PassageView,
    Quotation,
    SearchPage,
    ThemePage,
    ThemesPage,
)
from app.services.views.messages import MessagePage, ProblemsPage
from app.services.views.parts import (
    Chip,
    Choice,
    Face,
    Facet,
    NavigationItem,
    Option,
    Pager,
    Removable,
    Site,
    StoryCard,
)
from app.services.views.people import (
    AccountPage,
    Invited,
    Inviting,
    LoginPage,
    OpenSession,
    PeoplePage,
    Person,
    PersonPage,
    RoleBox,
    TokenRow,
    WelcomePage,
)
from app.services.views.personas import (
    EvidenceView,
    PersonaCard,
    PersonaPage,
    PersonasPage,
    PersonBehind,
    StatementGroupView,
    StatementView,
)
from app.services.views.stories import HeroQuote, HomePage, MomentView, SectionLink, StoriesPage, StoryPage

__all__ = [
    "AccountPage",
    "Chip",
    "Choice",
    "CodebookEntry",
    "CodebookPage",
    "CodebookThemePage",
    "Completion",
    "EvidenceView",
    "Face",
    "Facet",
    "HeroQuote",
    "HitView",
    "HomePage",
    "Invited",
    "Inviting",
    "LoginPage",
    "MessagePage",
    "MomentView",
    "NavigationItem",
    "OpenSession",
    "Option",
    "Pager",
    "PassageView",
    "PeoplePage",
    "Person",
    "PersonBehind",
    "PersonPage",
    "PersonaCard",
    "PersonaPage",
    "PersonasPage",
    "ProblemsPage",
    "Quotation",
    "Removable",
    "RoleBox",
    "SearchPage",
    "SectionLink",
    "Site",
    "StatementGroupView",
    "StatementView",
    "StoriesPage",
    "StoryCard",
    "StoryPage",
    "ThemePage",
    "ThemesPage",
    "TokenRow",
    "WelcomePage",
]
