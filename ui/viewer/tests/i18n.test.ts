import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import en from "../../messages/en.json";
import es from "../../messages/es.json";
import vi from "../../messages/vi.json";
import { html, preferredLanguage, speak, t } from "../src/i18n";
import { BINDINGS } from "../src/keys";

const catalogues = { en, es, vi } as const;
const placeholders = (words: string) => [...words.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

test("every language has every key, with the same places to fill in, and no other", () => {
  for (const [language, words] of Object.entries(catalogues)) {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort(), language);
    for (const [key, text] of Object.entries(words)) {
      assert.ok(text.trim(), `${language}: ${key} is empty`);
      assert.deepEqual(placeholders(text), placeholders(en[key as keyof typeof en]), `${language}: ${key}`);
    }
  }
});

test("Vietnamese and Spanish are not English", () => {
  for (const words of [es, vi] as Record<string, string>[]) {
    const same = Object.entries(en).filter(([key, text]) => words[key] === text && /[a-z]{4}/.test(text));
    assert.ok(same.length < 12, `still English: ${same.map(([key]) => key).join(", ")}`);
  }
});

test("no key is unused, and every shortcut has its words", () => {
  const source = [...readdirSync("src").filter((name) => name.endsWith(".ts")).map((name) => `src/${name}`), "../pages/account.js"]
    .map((path) => readFileSync(path, "utf8"))
    .concat(readFileSync("../pages/login.html", "utf8"), readFileSync("../pages/password.html", "utf8"))
    .join("\n");
  const made = [...source.matchAll(/`(\w+\.)\$\{/g)].map(([, start]) => start);
  const unused = Object.keys(en).filter((key) => !source.includes(`"${key}"`) && !made.some((start) => key.startsWith(start)));
  assert.deepEqual(unused, []);
  const actions = BINDINGS.flatMap(({ bindings }) => bindings.map(({ action }) => `key.${action}`));
  assert.deepEqual(Object.keys(en).filter((key) => key.startsWith("key.")).sort(), actions.sort());
});

test("the language is the one chosen here, else the browser's, else English", () => {
  assert.equal(preferredLanguage("vi", ["es-ES"]), "vi");
  assert.equal(preferredLanguage(null, ["fr-FR", "es-MX", "en"]), "es");
  assert.equal(preferredLanguage("xx", ["fr"]), "en");
});

test("values are filled in, and words in HTML are harmless", () => {
  speak("en");
  assert.equal(t("queue.of", { shown: 3, total: 9 }), "3 of 9");
  assert.equal(html("queue.of", { shown: '<b a="1">', total: "&" }), "&#60;b a=&#34;1&#34;&#62; of &#38;");
});
