"""The clock of what is published: the same source can give the same bytes."""

import os
from datetime import UTC, date, datetime


def publication_moment() -> datetime:
    """Now, or what SOURCE_DATE_EPOCH says."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def publication_day() -> date:
    """The day of publication."""
    return publication_moment().date()
