// Bundles each script of the site into one classic script, so that it also runs from file://, and the notebook's into a
// module: node build.mjs [FOLDER]
// What it takes from other packages stands at its head with its licence, which must be among ../licences/.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { argv } from "node:process";
import { build } from "esbuild";

// BUNDLES in hatch_build.py names them too.
const SITE = { ravine: "src/main.ts", landscape: "src/landscape/main.ts", matrix: "src/matrix/main.ts", network: "src/network/main.ts", scorm: "src/scorm/main.ts" };
const NOTEBOOK = { notebook: "src/notebook/link.ts" }; // a module, which anywidget imports

const options = {
  outdir: argv[2] ?? "../static",
  bundle: true,
  target: "es2022",
  minify: true,
  legalComments: "none", // a minifier drops most of them: the licences themselves are put in front
  metafile: true,
  write: false,
  logLevel: "info",
};
const made = [
  await build({ ...options, entryPoints: SITE, format: "iife" }),
  await build({ ...options, entryPoints: NOTEBOOK, format: "esm" }),
];
const outputFiles = made.flatMap((one) => one.outputFiles);
const heads = made.flatMap(({ metafile }) => Object.entries(metafile.outputs)).map(([file, output]) => [file, head(packages(output))]);
for (const { path, text } of outputFiles) {
  const [, words] = heads.find(([file]) => relative(file, path) === "");
  writeFileSync(path, `/*!\n${words}\n*/\n${text}`);
}

function head(names) {
  const ours = "Ravine, Apache License 2.0.";
  return names.length === 0 ? ours : `${ours} It contains:\n\n${names.map(notice).join("\n\n")}`;
}

/** The packages of which a file went into a bundle. */
function packages({ inputs }) {
  const taken = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
  const names = taken.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return [...new Set(names)].filter((name) => name !== undefined).sort();
}

/** A package's name, version and licence. An error where the licence is not the one that Ravine ships. */
function notice(name) {
  const folder = join("node_modules", name);
  const licence = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry)) ?? "no licence";
  const shipped = join("..", "licences", `${name.replace("/", "-")}.txt`);
  const text = existsSync(join(folder, licence)) ? readFileSync(join(folder, licence), "utf8").trim() : "";
  if (text === "" || !existsSync(shipped) || readFileSync(shipped, "utf8").trim() !== text) {
    throw new Error(`${name} goes into the bundle: its licence must stand in studio/licences/${basename(shipped)}`);
  }
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `${name} ${version}\n\n${text.replaceAll("*/", "* /")}`;
}
