"""Examples of asking: for stories and quotes, and where words of the planted stories come from."""

ASKED: dict[str, tuple[str, ...]] = {
    "/search": (
        "/search",
        "/search?q=window",
        "/search?site={site}",
        "/search?persona={persona}",
        "/search?in=quotes",
        "/search?in=quotes&q=zq*",
        "/search?in=quotes&theme={quote theme}",
        "/search?in=quotes&story={id}&by=1",
    ),
    "/trace": (
        "/trace",
        "/trace?q=The+first+sat+by+the+window.",
        "/trace?q=Not+theirs+[{quote}+v1+0000]",
        "/trace?q=[{id}%23p-000000+v1+0000]",
    ),
}
ASKED_POSTS: dict[str, tuple[str, ...]] = {
    "/trace": ("/trace",),
    "/trace/file": ("/trace/file",),
    "/api/v1/trace": ("/api/v1/trace",),
}
