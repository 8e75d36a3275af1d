/** Words of the console in the officer's language, from one catalogue per language. */
import en from "../../messages/en.json";
import es from "../../messages/es.json";
import vi from "../../messages/vi.json";

export type Key = keyof typeof en;
export type Language = "en" | "vi" | "es";

export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", vi: "Tiếng Việt", es: "Español" };

const CATALOGUES: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { en, vi, es };
const STORED = "cargoscope.language";

let language: Language = "en";

/** The language that was chosen on this machine, else the browser's where there is a catalogue for it, else English. */
export function preferredLanguage(stored: string | null, browsers: readonly string[]): Language {
  const wanted = [stored ?? "", ...browsers].map((name) => name.slice(0, 2));
  return (wanted.find((name) => name in CATALOGUES) as Language | undefined) ?? "en";
}

/** Reads which language to speak; called once, before anything is drawn. */
export function chooseLanguage(): Language {
  speak(preferredLanguage(localStorage.getItem(STORED), navigator.languages));
  document.documentElement.lang = language;
  return language;
}

export function speak(wanted: Language): void {
  language = wanted;
}

/** Keeps another language for this machine; it is spoken from the next page on. */
export function keepLanguage(wanted: Language): void {
  localStorage.setItem(STORED, wanted);
}

/** Whether the catalogues have these words. */
export function knows(key: string): key is Key {
  return key in en;
}

export function inEnglish(key: Key): string {
  return en[key];
}

/** The words of a key, with {name} replaced by the value of that name. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return CATALOGUES[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Words in an attribute or in HTML that is written as text. */
export function html(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return t(key, values).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
