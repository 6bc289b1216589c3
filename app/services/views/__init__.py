"""What pages and the API may show. Each page's template uses the fields of one of these, and no more.

Texts are plain and are escaped by the template; fields named `html` are safe HTML from rendering.
Dates named `…_label` are in the archive's language; `address` is a path on this site.
"""

from app.services.views.adding import AddPage, Foreseen, GuideLink, ReviewPage, SpeakerRow, WaitingText
from app.services.views.audit import (
    AuditLine,
    AuditPage,
    Read,
    ReaderLine,
    ReadersPage,
    ReadingsPage,
    RecordName,
)
from app.services.views.codebook import (
    ChangedCell,
    CodebookEntry,
    CodebookPage,
    CodebookThemePage,
    ColourChoice,
    DoneLast,
    DoneLine,
    ImportPage,
    ImportRefusal,
    ImportRow,
    NewThemePage,
    Said,
)
from app.services.views.comparing import ComparedHeading, ComparedTheme, ComparePage, PersonaChoice
from app.services.views.consent import (
    Box,
    ConsentDeskPage,
    ConsentForm,
    ConsentList,
    ConsentPage,
    ConsentRow,
    LedgerEntry,
)
from app.services.views.door import (
    Came,
    DoorBackPage,
    DoorDeskPage,
    DoorEndedPage,
    DoorEntryView,
    DoorGonePage,
    DoorPage,
    DoorPart,
    DoorPassagePage,
    DoorSincePage,
    DoorUsesPage,
    DoorWritePage,
    EndedIn,
    Language,
    LetterPage,
    LetterPassage,
    LetterPicture,
    SaidByHer,
    TablePage,
    Went,
    WentGroup,
    WhoHears,
)
from app.services.views.editing import (
    EditPage,
    LineField,
    ListField,
    MomentRow,
    OriginalLink,
    OtherVersion,
    StoryForm,
)
from app.services.views.finding import (
    Completion,
    HitView,
    PassageView,
    Quotation,
    SearchPage,
    ThemeLine,
    ThemePage,
    ThemesPage,
)
from app.services.views.guides import GuideCard, GuidePage, GuideProblem, GuideQuestion, GuidesPage
from app.services.views.history import (
    ComparedPage,
    Counts,
    Field,
    HistoryPage,
    Part,
    Piece,
    Return,
    VersionLine,
    VersionPage,
    VersionTeam,
)
from app.services.views.insight import (
    LensCard,
    LensCellPage,
    LensCellView,
    LensEditPage,
    LensesPage,
    LensHead,
    LensLineForm,
    LensPage,
    LensRowView,
)
from app.services.views.insight_boards import (
    BoardCard,
    BoardPage,
    BoardsPage,
    BoardThemePage,
    ClusterView,
    Undo,
)
from app.services.views.insight_memos import MemoPage, MemosPage, MemosPart, MemoView
from app.services.views.jobs import (
    ChangeForm,
    ChangeLine,
    ChangePage,
    JobCount,
    JobHold,
    JobItemRow,
    JobMadeRow,
    JobPage,
    JobRow,
    JobsPage,
    JobTextRow,
    StoryLine,
)
from app.services.views.journeys import JourneyLane, JourneyPoint, JourneyView
from app.services.views.language import LanguageDeskPage, LanguagePage, WordLine
from app.services.views.marking import (
    CellChoice,
    LensChoices,
    MarkingPart,
    MarkPage,
    QueuePage,
    QueueRow,
    QuoteLine,
    QuotePage,
    QuotesPage,
    QuoteUses,
    QuoteView,
    SaidOfQuote,
    TakeFormat,
    TakePage,
    ThemeQuotesPage,
    Use,
)
from app.services.views.messages import MessagePage, ProblemsPage
from app.services.views.names import (
    FoundGroup,
    FoundPlace,
    KeyEntry,
    NameDecided,
    NamesPage,
    OpenPassage,
    OthersPassage,
    TextBlock,
    TextPiece,
)
from app.services.views.own import Colleague, MinePage, Named, NamedPage, OwnStory
from app.services.views.paper import (
    MakingPage,
    PackLine,
    PackList,
    PackPage,
    PaperGroup,
    PaperOffer,
    PaperPage,
    PaperStatement,
    PersonaPaper,
    QuotePaper,
    SetWords,
    Sheet,
    SheetFoot,
    StoryPoster,
)
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
from app.services.views.patterns import (
    Bar,
    BarChart,
    BehindPage,
    Choosing,
    Count,
    GridPage,
    GridRow,
    HeatRow,
    PairRow,
    PatternsPage,
    PersonaCarrying,
    ThemePatterns,
    TogetherWith,
)
from app.services.views.people import (
    AccountPage,
    ForgottenPage,
    Handed,
    Invited,
    Inviting,
    LeavingPage,
    LoginPage,
    OpenSession,
    PeoplePage,
    Person,
    PersonPage,
    RoleBox,
    Step,
    TokenRow,
    WelcomePage,
)
from app.services.views.personas import (
    EvidenceView,
    Flag,
    PersonaCard,
    PersonaPage,
    PersonasPage,
    PersonBehind,
    StatementGroupView,
    StatementView,
)
from app.services.views.reshaping import ReshapePage, RewrittenStory, SplitStory
from app.services.views.restored import RestoredPage
from app.services.views.second_factor import CodePage, SecondFactorPage
from app.services.views.session_report import (
    SessionChange,
    SessionReportPage,
    SessionReportPaper,
    SessionWatch,
    WallPage,
    WallSlide,
)
from app.services.views.sessions import (
    AgendaLine,
    CellText,
    JoinPage,
    PinView,
    PreparePage,
    RoleComing,
    SessionBoard,
    SessionCard,
    SessionCell,
    SessionCellPage,
    SessionColumn,
    SessionDecision,
    SessionEndedPage,
    SessionForm,
    SessionIdea,
    SessionIdeaPage,
    SessionLive,
    SessionPage,
    SessionPerson,
    SessionsPage,
    SessionStep,
    SessionStory,
)
from app.services.views.stories import (
    HelpLink,
    HeroQuote,
    HomePage,
    MomentView,
    SectionLink,
    StoriesPage,
    StoryPage,
    TeamPart,
)
from app.services.views.withdrawing import Leaning, NoticePage, TakenBackPage, Told, Wanted, WithdrawPage

# A line for each name would make this the longest module of all.
# fmt: off
__all__ = [
    "AccountPage", "AddPage", "AgendaLine", "AuditLine", "AuditPage", "Bar", "BarChart", "BehindPage",
    "BoardCard", "BoardPage", "BoardThemePage", "BoardsPage", "Box", "Came", "CellChoice", "CellText",
    "ChangeForm", "ChangeLine", "ChangePage", "ChangedCell", "Chip", "Choice", "Choosing", "ClusterView",
    "CodePage", "CodebookEntry", "CodebookPage", "CodebookThemePage", "Colleague", "ColourChoice",
    "ComparePage", "ComparedHeading", "ComparedPage", "ComparedTheme", "Completion", "ConsentDeskPage",
    "ConsentForm", "ConsentList", "ConsentPage", "ConsentRow", "Count", "Counts", "DoneLast", "DoneLine",
    "DoorBackPage", "DoorDeskPage", "DoorEndedPage", "DoorEntryView", "DoorGonePage", "DoorPage",
    "DoorPart", "DoorPassagePage", "DoorSincePage", "DoorUsesPage", "DoorWritePage", "EditPage",
    "EndedIn", "EvidenceView", "Face", "Facet", "Field", "Flag", "Foreseen", "ForgottenPage",
    "FoundGroup", "FoundPlace", "GridPage", "GridRow", "GuideCard", "GuideLink", "GuidePage",
    "GuideProblem", "GuideQuestion", "GuidesPage", "Handed", "HeatRow", "HelpLink", "HeroQuote",
    "HistoryPage", "HitView", "HomePage", "ImportPage", "ImportRefusal", "ImportRow", "Invited",
    "Inviting", "JobCount", "JobHold", "JobItemRow", "JobMadeRow", "JobPage", "JobRow", "JobTextRow",
    "JobsPage", "JoinPage", "JourneyLane", "JourneyPoint", "JourneyView", "KeyEntry", "Language",
    "LanguageDeskPage", "LanguagePage", "Leaning", "LeavingPage", "LedgerEntry", "LensCard",
    "LensCellPage", "LensCellView", "LensChoices", "LensEditPage", "LensHead", "LensLineForm",
    "LensPage", "LensRowView", "LensesPage", "LetterPage", "LetterPassage", "LetterPicture", "LineField",
    "ListField", "LoginPage", "MakingPage", "MarkPage", "MarkingPart", "MemoPage", "MemoView",
    "MemosPage", "MemosPart", "MessagePage", "MinePage", "MomentRow", "MomentView", "NameDecided",
    "Named", "NamedPage", "NamesPage", "NavigationItem", "NewThemePage", "NoticePage", "OpenPassage",
    "OpenSession", "Option", "OriginalLink", "OtherVersion", "OthersPassage", "OwnStory", "PackLine",
    "PackList", "PackPage", "Pager", "PairRow", "PaperGroup", "PaperOffer", "PaperPage",
    "PaperStatement", "Part", "PassageView", "PatternsPage", "PeoplePage", "Person", "PersonBehind",
    "PersonPage", "PersonaCard", "PersonaCarrying", "PersonaChoice", "PersonaPage", "PersonaPaper",
    "PersonasPage", "Piece", "PinView", "PreparePage", "ProblemsPage", "QueuePage", "QueueRow",
    "Quotation", "QuoteLine", "QuotePage", "QuotePaper", "QuoteUses", "QuoteView", "QuotesPage", "Read",
    "ReaderLine", "ReadersPage", "ReadingsPage", "RecordName", "Removable", "ReshapePage",
    "RestoredPage", "Return", "ReviewPage", "RewrittenStory", "RoleBox", "RoleComing", "Said",
    "SaidByHer", "SaidOfQuote", "SearchPage", "SecondFactorPage", "SectionLink", "SessionBoard",
    "SessionCard", "SessionCell", "SessionCellPage", "SessionChange", "SessionColumn", "SessionDecision",
    "SessionEndedPage", "SessionForm", "SessionIdea", "SessionIdeaPage", "SessionLive", "SessionPage",
    "SessionPerson", "SessionReportPage", "SessionReportPaper", "SessionStep", "SessionStory",
    "SessionWatch", "SessionsPage", "SetWords", "Sheet", "SheetFoot", "Site", "SpeakerRow", "SplitStory",
    "StatementGroupView", "StatementView", "Step", "StoriesPage", "StoryCard", "StoryForm", "StoryLine",
    "StoryPage", "StoryPoster", "TablePage", "TakeFormat", "TakePage", "TakenBackPage", "TeamPart",
    "TextBlock", "TextPiece", "ThemeLine", "ThemePage", "ThemePatterns", "ThemeQuotesPage", "ThemesPage",
    "TogetherWith", "TokenRow", "Told", "Undo", "Use", "VersionLine", "VersionPage", "VersionTeam",
    "WaitingText", "WallPage", "WallSlide", "Wanted", "WelcomePage", "Went", "WentGroup", "WhoHears",
    "WithdrawPage", "WordLine",
]
# fmt: on
