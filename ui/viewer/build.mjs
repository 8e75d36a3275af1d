// Bundles the desk into ../static/viewer.js and viewer.css, the other pages into pages.js and pages.css; nothing is fetched from elsewhere.
// Beside them licences.txt: the notices of every package that went in.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const common = { bundle: true, minify: true, format: "iife", target: "es2022", legalComments: "eof", logLevel: "warning", metafile: true };
const [{ metafile }] = await Promise.all([
  build({ ...common, entryPoints: { viewer: "src/main.ts" }, outdir: "../static", globalName: "CargoscopeViewer" }),
  build({ ...common, entryPoints: { pages: "src/pages.ts" }, outdir: "../static", globalName: "CargoscopePages" }),
]);

const packages = new Map();
for (const path of Object.keys(metafile.inputs)) take(path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]);

/** Notes a package and all it depends on: some come with their dependencies bundled in. */
function take(name) {
  if (!name || packages.has(name) || !existsSync(`node_modules/${name}/package.json`)) return;
  const facts = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  packages.set(name, facts);
  Object.keys(facts.dependencies ?? {}).forEach(take);
}

const notices = [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { version, license }]) => {
  const files = readdirSync(`node_modules/${name}`).filter((file) => /^licen[cs]e/i.test(file));
  const texts = files.map((file) => readFileSync(`node_modules/${name}/${file}`, "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
});
writeFileSync("../static/licences.txt", notices.join(`\n\n${"-".repeat(80)}\n\n`) + "\n");
