// Bundles src/main.ts into one classic script, so that it also runs from file://: node build.mjs [FILE]
import { argv } from "node:process";
import { build } from "esbuild";

await build({
  entryPoints: ["src/main.ts"],
  outfile: argv[2] ?? "../static/ravine.js",
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: true,
  legalComments: "inline",
  logLevel: "info",
});
