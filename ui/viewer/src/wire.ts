/** What the service and the console's Python side send: the same words as cargoscope.inference.wire. */

import type { Arrival } from "./nav";

/** x1 y1 x2 y2 in pixels of the view. */
export type Box = [number, number, number, number];

export type Judgement = "confirm" | "reject" | "reclass";
export type Disposition = "release" | "hold" | "inspect";
export type Role = "officer" | "supervisor" | "technician" | "data_scientist" | "administrator" | "auditor";
export type WorkState = "open" | "decided" | "all";

export interface Kind {
  id: string;
  name: string;
  family: string;
  severity: number;
  colour: string;
}

export interface Model {
  model_id: string;
  name: string;
  provider: string | null;
}

export type Status = "streaming" | "received" | "analysed" | "failed" | "second" | "recheck" | "decided";

/** final: what happens to the scan is settled. waiting_s: since it came in. provisional: the truck is in the tunnel still. */
export interface Row {
  scan_id: string;
  station_id: string;
  taken_at: string;
  received_at: string;
  status: Status;
  score: number | null;
  n_findings: number;
  top_kind: string | null;
  width: number;
  height: number;
  disposition: Disposition | null;
  officer: string | null;
  final: boolean;
  leased_by: string | null;
  lease_until: string | null;
  waiting_s: number | null;
  truck_waits: boolean;
  provisional: boolean;
}

/** Which rows of the worklist; what is absent does not matter. */
export interface Filters {
  station?: string;
  status?: Status;
  kind?: string;
  min_score?: number;
  max_score?: number;
  min_wait_s?: number;
  max_wait_s?: number;
}

export interface Lease {
  scan_id: string;
  officer: string;
  until: string;
}

export interface NextScan {
  row: Row | null;
  waiting: number;
}

export interface ViewInfo {
  name: string;
  width: number;
  height: number;
  energies: string[];
  open_beam: number[];
  pitch_mm: [number, number] | null;
  bits: number;
  tile_size: number;
  levels: number;
}

export interface FindingInfo {
  index: number;
  view: number;
  box: Box;
  score: number;
  kind: string;
  colour: string;
}

export interface VerdictBody {
  finding: number;
  judgement: Judgement;
  kind: string | null;
}

export interface AddedBody {
  view: number;
  box: Box;
  kind: string;
}

export interface DecisionBody {
  model_id: string;
  verdicts: VerdictBody[];
  added: AddedBody[];
  disposition: Disposition;
  reason_codes: string[];
  reason: string;
  dwell_s: number;
  supersedes: string | null;
  recheck: boolean;
}

/** reading: 1 the first opinion, 2 the second, 3 a supervisor's re-check. */
export interface DecisionInfo extends DecisionBody {
  decision_id: string;
  officer: string;
  decided_at: string;
  reading: 1 | 2 | 3;
}

export interface Card extends Row {
  views: ViewInfo[];
  model: Model | null;
  findings: FindingInfo[];
  decisions: DecisionInfo[];
  error: string | null;
  /** The decision that holds; null while none does. */
  final_decision: string | null;
  outcome: Outcome | null;
  photos: Photo[];
  /** What the model found is kept back by the service until this officer's first look. */
  veiled: boolean;
}

export interface FoundItem {
  kind: string;
  where: string;
}

export interface Outcome {
  opened: boolean;
  found: string[];
  items: FoundItem[];
  note: string;
  photos: string[];
  recorded_by: string;
  recorded_at: string;
}

export interface Photo {
  photo_id: string;
  width: number;
  height: number;
}

export interface Reason {
  code: string;
  text: string;
  dispositions: Disposition[];
}

/** The rules of this site. */
export interface Site {
  picking: "free" | "assigned";
  lease_minutes: number;
  max_leases: number;
  reasons: Reason[];
  codes_required: Disposition[];
  max_photo_bytes: number;
}

export interface StationStatus {
  station_id: string;
  last_scan_at: string | null;
  calibrated_at: string | null;
  calibration_age_s: number | null;
  streaming: number;
}

export interface ServiceStatus {
  model_id: string | null;
  model_name: string | null;
  provider: string | null;
  trouble: string | null;
  version: string;
  waiting: number;
  not_analysed: number;
  pending: number;
  second: number | null;
  recheck: number | null;
  oldest_wait_s: number | null;
  stations: StationStatus[];
}

export interface Account {
  name: string;
  roles: Role[];
  disabled: boolean;
  origin: "local" | "oidc";
  must_change_password: boolean;
  created_at: string;
}

export interface AccountChange {
  changed_at: string;
  changed_by: string;
  officer: string;
  change: string;
}

export interface Declaration {
  containers: { number: string; size_type: string }[];
  headings: string[];
  declared_empty: boolean | null;
}

/** Another scan that this one may be held against, and why. boxes: of the containers that were seen in each view. */
export interface Comparable {
  why: "container" | "empty" | "heading" | "station";
  row: Row;
  declaration: Declaration;
  boxes: Box[][];
}

export interface Comparables {
  declaration: Declaration;
  boxes: Box[][];
  scans: Comparable[];
}

/** What a region's score hangs on. worth: fall of its log-odds without each patch of the box; heat: the model's own map. */
export interface Evidence {
  score: number;
  without: number;
  box: Box;
  worth: number[][];
  heat_box: Box;
  heat: number[][];
}

export interface FirstLook {
  officer: string;
  made_at: string;
  marked: AddedBody[];
  looked_s: number;
  decision_id: string | null;
}

export interface Opening extends Arrival {
  kinds: Kind[];
  model: Model | null;
}
