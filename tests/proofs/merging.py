"""A process that works on one job of the codebook until it is done or killed: see test_codebook_crash.py."""

import sys
from pathlib import Path

from app.services.gathering.jobs import run
from app.services.marking import reshaping_job
from tests.archives import make_archive, new_whoosh


def main(folder: Path, job: int) -> None:
    """Go on where the last process ended."""
    archive = make_archive(folder, index=new_whoosh(folder))
    assert reshaping_job.KIND
    ended = run(archive, job, lambda done, _total: print("at", done, flush=True))
    print(ended.step, flush=True)
    archive.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
