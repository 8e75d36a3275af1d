"""Tables as CSV (RFC 4180) that a spreadsheet opens without running what officers or stations wrote."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from cargoscope.datasets.archive.work import Reviewed
from cargoscope.review import Judgement

RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell that a spreadsheet would run begins with (OWASP, CSV injection)."""

DECISIONS: Final = (
    "decided_at", "officer", "scan_id", "station_id", "received_at", "disposition", "reason", "model_id", "score",
    "regions", "confirmed", "rejected", "reclassed", "drawn", "dwell_s", "supersedes", "corrected", "opened", "found",
)  # fmt: skip


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with CRLF and doubled quotes; a text that a spreadsheet would run gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def decisions_csv(reviewed: Iterable[Reviewed]) -> str:
    """One line for each real decision."""
    return csv_text(DECISIONS, (_line(one) for one in reviewed))


def _line(one: Reviewed) -> tuple[object, ...]:
    decision = one.decision
    said = [verdict.judgement for verdict in decision.verdicts]
    return (
        decision.decided_at.isoformat(), decision.officer, decision.scan_id, one.station_id,
        one.received_at.isoformat(), decision.disposition.value, decision.reason, decision.model_id, one.score,
        len(one.found), said.count(Judgement.CONFIRM), said.count(Judgement.REJECT), said.count(Judgement.RECLASS),
        len(decision.added), decision.dwell_s, decision.supersedes, one.corrected, one.opened,
        " ".join(one.kinds_found),
    )  # fmt: skip


def _safe(cell: object) -> object:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUNS) else cell
