"""Examples of the addresses at which programs gather what is public, in the form of those in routes.py."""

HARVESTING: dict[str, tuple[str, ...]] = {
    "/oai": (
        "/oai?verb=Identify",
        "/oai?verb=ListSets",
        "/oai?verb=ListMetadataFormats&identifier=oai:localhost:{id}",
        "/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:{id}",
        "/oai?verb=ListRecords&metadataPrefix=oai_dc",
        "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=theme:{theme}",
        "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=site:{site}",
        "/oai?verb=ListRecords&resumptionToken=x.y",
    ),
    "/feed.xml": ("/feed.xml", "/feed.xml?page=2"),
    "/themes/{slug}/feed.xml": ("/themes/{theme}/feed.xml", "/themes/waiting/feed.xml"),
    "/search/feed.xml": (
        "/search/feed.xml",
        "/search/feed.xml?q=window",
        "/search/feed.xml?site={site}&persona=every-body",
    ),
    "/sitemap.xml": ("/sitemap.xml",),
    "/sitemap-{part:int}.xml": ("/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-9.xml"),
    "/robots.txt": ("/robots.txt",),
}
