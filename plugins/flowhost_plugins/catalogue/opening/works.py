"""Which work is done for which kind of job."""

from __future__ import annotations

from flowhost_plugins.catalogue.archive.archiving import Archiving
from flowhost_plugins.catalogue.archive.restoring import Restoring
from flowhost_plugins.catalogue.database.transactions import Transactions
from flowhost_plugins.catalogue.imports.importing import Importing
from flowhost_plugins.catalogue.jobs.runner import Run
from flowhost_plugins.catalogue.jobs.working import Work, Working
from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg
from flowhost_plugins.catalogue.processing.analyzing import Analyzing
from flowhost_plugins.catalogue.processing.exporting import Exporting
from flowhost_plugins.catalogue.processing.transcoding import Transcoding
from flowhost_plugins.catalogue.processing.transferring import Transferring
from flowhost_plugins.catalogue.trash.deletion import Deletion


def runs_of(transactions: Transactions, owner: str, ffmpeg: Ffmpeg, deletion: Deletion) -> dict[str, Run]:
    """Kind of job → what runs it."""
    transcoding = Transcoding(transactions, ffmpeg, deletion)
    transferring = Transferring(transactions, deletion)
    works: dict[str, Work] = {
        "TRANSCODE": transcoding,
        "THUMBNAIL": transcoding,
        "EXPORT": Exporting(transactions, ffmpeg),
        "COPY_FILE": transferring,
        "MOVE_FILE": transferring,
        "SHAPE_UPDATE": Analyzing(transactions, ffmpeg),
        "ARCHIVE": Archiving(),
        "RESTORE": Restoring(),
    }
    runs: dict[str, Run] = {kind: Working(transactions, owner, work).run for kind, work in works.items()}
    return runs | {"IMPORT": Importing(transactions, owner, ffmpeg).run}
