"""A process that works on one job over many files, until it is done or killed: see test_job_crash.py."""

import sys
from pathlib import Path

from app.services.gathering import bulk
from app.services.gathering.jobs import run
from tests.archives import make_archive, new_whoosh


def main(folder: Path, job: int) -> None:
    """Go on where the last process ended."""
    archive = make_archive(folder, index=new_whoosh(folder))
    assert bulk.KIND
    ended = run(archive, job, lambda done, _total: print("at", done, flush=True))
    print(ended.step, flush=True)
    archive.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
