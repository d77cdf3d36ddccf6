"""What can go wrong with a report."""

from docchain.errors import NotFound


class ReportNotFound(NotFound):
    code = "COMPLIANCE_REPORT_NOT_FOUND"

    def __init__(self, report_id: str) -> None:
        super().__init__(f"There is no compliance report {report_id}.")
