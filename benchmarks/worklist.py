"""How long the lists take in an archive of many scans.

Example: python -m benchmarks.worklist /tmp/big --scans 100000 --open 300
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.archive.worklist import Filters

MODEL = "a" * 64
VIEWS = json.dumps(
    [{"name": "side", "width": 3000, "height": 900, "energies": ["6MV"], "open_beam": [60000], "pitch_mm": None,
      "bits": 16}]
)  # fmt: skip
FOUND = json.dumps([{"view": 0, "box": [1, 1, 50, 50], "score": 0.5, "kind": "firearm"}])


def fill(archive: Archive, n: int, n_open: int) -> None:
    """Scans with one finding each; all but the last n_open are decided, the last three not examined."""
    rng = random.Random(1)
    archive.accounts.add_officer("lan")
    archive.accounts.add_station("gate-1")
    days = [f"2026-11-{1 + i * 20 // n:02d}T00:00:00.{i % 1_000_000:06d}+00:00" for i in range(n)]
    with archive._engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO scans (scan_id, sha256, station_id, taken_at, received_at, file, file_name, size_bytes, "
            "views) VALUES (?, ?, 'gate-1', ?, ?, 'f', 'f', 1, ?)",
            [(f"scan-{i}", f"{i:064x}", days[i], days[i], VIEWS) for i in range(n)],
        )
        connection.exec_driver_sql(
            "INSERT INTO analyses (scan_id, model_id, model_name, provider, classes, findings, score, made_at) "
            "VALUES (?, ?, 'm', 'CPU', '[\"firearm\"]', ?, ?, '')",
            [(f"scan-{i}", MODEL, FOUND, rng.random()) for i in range(n - 3)],
        )
        connection.exec_driver_sql(
            "INSERT INTO decisions (decision_id, scan_id, analysis, model_id, officer, verdicts, added, disposition, "
            "reason, decided_at, dwell_s, supersedes, reason_codes, reading, rule) "
            "VALUES (?, ?, ?, ?, 'lan', '[]', '[]', 'release', '', '2026-11-21T00:00:00+00:00', 1, '', '[]', 1, '')",
            [(f"d{i}", f"scan-{i}", i + 1, MODEL) for i in range(n - n_open)],
        )
        connection.exec_driver_sql(
            "INSERT INTO standing (scan_id, seq, station_id, received_at, stage, urgency, place, kinds, tried, "
            "readers) SELECT s.scan_id, s.seq, s.station_id, s.received_at, CASE WHEN d.seq IS NOT NULL THEN 'decided' "
            "WHEN m.analysis IS NULL THEN 'received' ELSE 'analysed' END, coalesce(m.score, -1.0), 0.0, '|firearm|', "
            "0, CASE WHEN d.seq IS NULL THEN '' ELSE '|lan|' END FROM scans s "
            "LEFT JOIN analyses m ON m.scan_id = s.scan_id LEFT JOIN decisions d ON d.scan_id = s.scan_id"
        )


def took(name: str, work: Callable[[], object], times: int = 30) -> None:
    """Print the processor time of one call."""
    work()
    spent_ms = []
    for _ in range(times):
        began = time.process_time()
        work()
        spent_ms.append(1000 * (time.process_time() - began))
    print(f"{name}: median {statistics.median(spent_ms):.2f} ms, worst {max(spent_ms):.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="for the archive; must not be there")
    parser.add_argument("--scans", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=300)
    asked = parser.parse_args()
    if asked.folder.exists():
        parser.error(f"{asked.folder} is there already")
    with Archive(asked.folder) as archive:
        fill(archive, asked.scans, asked.open)
        archive.follow(archive.site)
        lan = archive.accounts.officer("lan")

        def lease() -> None:
            taken = archive.lease_next(lan)
            assert taken is not None
            archive.return_lease(taken.scan_id, lan)

        took("the worker's next scan", archive.next_pending)
        took("open, 100 rows", lambda: archive.cases("open", 100, 0, lan))
        took(
            "open by kind and risk", lambda: archive.cases("open", 100, 0, lan, Filters(kind="firearm", min_score=0.9))
        )
        took("decided, 100 rows", lambda: archive.cases("decided", 100, 0, lan))
        took("counts of the status bar", archive.open_counts)
        took("lease the next and return it", lease)


if __name__ == "__main__":
    main()
