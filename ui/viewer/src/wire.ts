/** What the service and the console's Python side send: the same words as cargoscope.inference.wire. */

/** x1 y1 x2 y2 in pixels of the view. */
export type Box = [number, number, number, number];

export type Judgement = "confirm" | "reject" | "reclass";
export type Disposition = "release" | "hold" | "inspect";
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

export interface Row {
  scan_id: string;
  station_id: string;
  taken_at: string;
  received_at: string;
  status: "received" | "analysed" | "failed" | "decided";
  score: number | null;
  n_findings: number;
  top_kind: string | null;
  disposition: Disposition | null;
  officer: string | null;
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
  reason: string;
  dwell_s: number;
  supersedes: string | null;
}

export interface DecisionInfo {
  decision_id: string;
  officer: string;
  model_id: string;
  verdicts: VerdictBody[];
  added: AddedBody[];
  disposition: Disposition;
  reason: string;
  decided_at: string;
  dwell_s: number;
}

export interface Card extends Row {
  views: ViewInfo[];
  model: Model | null;
  findings: FindingInfo[];
  decisions: DecisionInfo[];
  error: string | null;
}

export interface Opening {
  officer: string;
  kinds: Kind[];
  model: Model | null;
}
