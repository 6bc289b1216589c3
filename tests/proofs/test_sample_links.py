"""The sample archive that everybody sees first has no link that leads nowhere."""

import shutil

from tests.proofs.crawling import crawl
from tests.web.serving import ROOT, served


def test_every_link_of_the_sample_archive_leads_somewhere(tmp_path, figures):
    for name in ("stories", "personas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    with served(tmp_path) as web:
        found = crawl(web.get, most=3_000)
    assert found.broken == []
    assert found.pages > 20
    figures("sample archive: pages crawled", found.pages)
