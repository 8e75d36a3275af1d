/** The pages' way to the service: the browser's own cookie says who asks, the service judges whether they may. */
import { Refusal } from "./ask";
import { t } from "./i18n";

/** Asks the service; a refusal is thrown as its sentence. Whoever is not logged in is led to the login page. */
export async function call<T>(method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: object): Promise<T> {
  const form = body instanceof FormData;
  const init: RequestInit = { method, credentials: "same-origin" };
  if (body) {
    init.body = form ? body : JSON.stringify(body);
    if (!form) init.headers = { "Content-Type": "application/json" };
  }
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch {
    throw new Refusal(t("ask.away"), false, true);
  }
  if (answer.status === 401) {
    location.assign("/login");
    throw new Refusal(t("ask.loggedOut"), true);
  }
  if (answer.status === 204) return undefined as T;
  const said: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refusal(sentence(said, answer.status), false, answer.status === 503);
  return said as T;
}

function sentence(said: unknown, status: number): string {
  const words = typeof said === "object" && said !== null && "error" in said ? String(said.error).trim() : "";
  if (!words) return t("ask.refused", { status });
  return words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");
}
