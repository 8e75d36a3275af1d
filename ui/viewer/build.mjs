// Bundles the viewer into ../static/viewer.js and viewer.css: one file each, nothing fetched from elsewhere.
import { build } from "esbuild";

await build({
  entryPoints: { viewer: "src/main.ts" },
  outdir: "../static",
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "CargoscopeViewer",
  target: "es2022",
  legalComments: "eof",
  logLevel: "warning",
});
