/** Questions to the console's Python side. Each answers with what was asked for, or throws its sentence. */
import { t } from "./i18n";
import type { Card, DecisionBody, Filters, Opening, Row, WorkState } from "./wire";

/** The functions that Gradio gives the component; each returns its answer or {error}. */
export interface Server {
  opening(question: object): Promise<unknown>;
  worklist(question: { state: WorkState; filters: Filters }): Promise<unknown>;
  scan_card(question: { scan_id: string }): Promise<unknown>;
  decide(question: { scan_id: string; officer: string; decision: DecisionBody }): Promise<unknown>;
}

export interface Worklist {
  rows: Row[];
  total: number;
}

/** A refusal in words. loggedOut: nothing works until the officer logs in again. away: the service does not answer. */
export class Refusal extends Error {
  constructor(sentence: string, readonly loggedOut: boolean, readonly away = false) {
    super(sentence);
  }
}

export class Ask {
  constructor(private readonly server: Server) {}

  opening = () => answer<Opening>(this.server.opening({}));
  worklist = (state: WorkState, filters: Filters) => answer<Worklist>(this.server.worklist({ state, filters }));
  card = (scanId: string) => answer<Card>(this.server.scan_card({ scan_id: scanId }));
  /** officer: whose page this is; refused where somebody else has logged in since. */
  decide = (scanId: string, officer: string, decision: DecisionBody) =>
    answer<{ decision_id: string }>(this.server.decide({ scan_id: scanId, officer, decision }));
  /** Ends the session at the service itself, which alone can take the cookie back. */
  logout = () => answer<object>(fetch("/v1/logout", { method: "POST" }).then((said) => said.json()));
}

async function answer<T>(call: Promise<unknown>): Promise<T> {
  let said: unknown;
  try {
    said = await call;
  } catch {
    throw await whyNot();
  }
  if (typeof said !== "object" || said === null) throw await whyNot();
  if ("error" in said && typeof said.error === "string" && "status" in said) {
    throw new Refusal(said.error, said.status === 401, said.status === 503);
  }
  if ("detail" in said) throw await whyNot();
  return said as T;
}

/** Why Gradio gave no answer: the officer is no longer logged in, or the service is away. */
async function whyNot(): Promise<Refusal> {
  const status = await fetch("/v1/me").then((me) => me.status, () => 0);
  return status === 401 ? new Refusal(t("ask.loggedOut"), true) : new Refusal(t("ask.away"), false, true);
}
