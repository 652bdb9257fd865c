// Bundles src/main.ts into ../static/ravine.js: one classic script, so that it also runs from file://.
import { build } from "esbuild";

await build({
  entryPoints: ["src/main.ts"],
  outfile: "../static/ravine.js",
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: true,
  legalComments: "inline",
  logLevel: "info",
});
