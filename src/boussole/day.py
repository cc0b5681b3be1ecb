"""The day of publication."""

import os
from datetime import UTC, date, datetime


def publication_day() -> date:
    """Today, or the day that SOURCE_DATE_EPOCH fixes, so that the same source can give the same bytes."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).date()
