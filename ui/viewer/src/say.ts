/** The line at the foot of the picture that says how a thing went; a screen reader reads it too. */
import { part } from "./dom";

export type Tone = "plain" | "good" | "bad";

const TONES: readonly Tone[] = ["plain", "good", "bad"];

export function say(root: HTMLElement, words: string, tone: Tone): void {
  const said = part(root, "said");
  said.textContent = words;
  for (const each of TONES) said.classList.toggle(`is-${each}`, each === tone);
}
