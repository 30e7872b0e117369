"""Jobs: what Vidispine calls one job may be several of the catalogue's, one after another, and work of this server."""

from flowhost_devserver.vidispine.jobs.board import Board
from flowhost_devserver.vidispine.jobs.data import job_data
from flowhost_devserver.vidispine.jobs.documents import job_document
from flowhost_devserver.vidispine.jobs.records import JobRecord, Step
from flowhost_devserver.vidispine.jobs.starting import job_answer, start_job

__all__ = ["Board", "JobRecord", "Step", "job_answer", "job_data", "job_document", "start_job"]
