/** House rules that a machine can hold: each takes the tree and gives back its complaints, with file and line. */
import { readFileSync } from "node:fs";
import { basename, dirname, normalize } from "node:path";
import { at, filesBelow } from "../machine.mjs";

const read = (file) => readFileSync(at(file), "utf8");
const ours = filesBelow("src", "web", "scripts", "bench", "test", "bin").filter((file) => /[.](?:[mc]?[jt]s|tsx|css)$/.test(file));
const code = ours.filter((file) => !file.endsWith(".css") && !file.startsWith("web/src/generated/"));
const isTest = (file) => file.startsWith("test/") || /[.]test[.]tsx?$/.test(file);
const documents = filesBelow(".").filter((file) => file.endsWith(".md"));
// this file must name what it forbids
const searched = code.filter((file) => file !== "scripts/checks/house.mjs");

/** `file:line` of every line of the files that matches. */
const linesWith = (files, pattern, what) =>
  files.flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${what}: ${line.trim().slice(0, 120)}`] : [])),
  );

/** A page over its limit hides something; the limit for tests is wider because stories are lists. */
function lengths() {
  const limits = [
    ...ours.map((file) => [file, isTest(file) ? 600 : 400]),
    ...documents.filter((file) => /^src\/[^/]+\/README[.]md$/.test(file)).map((file) => [file, 20]),
    ["ARCHITECTURE.md", 150],
  ];
  return limits.flatMap(([file, limit]) => {
    const lines = read(file).trimEnd().split("\n").length;
    return lines > limit ? [`${file}: ${lines} lines, the limit is ${limit}`] : [];
  });
}

const noEscapes = () => [
  ...linesWith(searched, /@ts-(?:ignore|expect-error|nocheck)|(?:biome|prettier)-ignore|(?:oxlint|eslint)-disable|v8 ignore|c8 ignore/, "a switched-off check"),
  ...linesWith(
    searched.filter((file) => /[.]tsx?$/.test(file)),
    /(?::|\bas|<|\|)\s*any\b(?!\w*["'`])/,
    "any",
  ),
];

function names() {
  const vague = /^(?:utils?|helpers?|commons?|shared|libs?|types|services?|controllers?|repositor(?:y|ies)|misc)$/i;
  const features = ["service"];
  return ours.flatMap((file) => {
    const parts = file.split("/").map((part) => part.replace(/(?:[.]test)?[.][a-z]+$/, ""));
    const bad = parts.filter((part) => (vague.test(part) && !features.includes(part)) || /(?:V\d+|[Ll]egacy|^new|[Oo]ld)$/.test(part));
    return bad.map((part) => `${file}: '${part}' does not say what is inside`);
  });
}

const noManagers = () => linesWith(searched, /\bclass \w*(?:Manager|Helper|Util|Service)\b/, "a class named for nothing");

const noMachine = () => [
  ...linesWith(
    [...searched, ...documents, ...filesBelow("migrations", "presets", ".ci", "package.json")],
    /(?<![\w.:/])\/(?:work|home|Users|root)\/[\w.]/,
    "a path of one machine",
  ),
  ...linesWith(["package-lock.json"], /"resolved":|registry[.]|https?:\/\/[^"]*[.]tgz/, "a registry's host"),
];

function pinned() {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read("package.json"));
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !/^\d+[.]\d+[.]\d+(?:-[\w.]+)?$/.test(version))
    .map(([name, version]) => `package.json: ${name} is ${version}, not one version`);
}

function tests() {
  const files = searched.filter(isTest);
  return [
    ...linesWith(files, /\b(?:it|test|describe)[.](?:only|todo|fails)\b/, "a test that hides others or itself"),
    ...linesWith(files, /\b(?:it|test|describe)[.]skip\(/, "a skipped test"),
    ...linesWith(files, /\b(?:sleep|delay)\(|timers\/promises|setTimeout\((?:resolve|done|r|ok|next)\b/, "a wait by the clock"),
    ...linesWith(files, /\bvi[.](?:mock|doMock|stubGlobal)\(/, "a mock of what we ship"),
  ];
}

const noNotes = () => linesWith(searched, /\b(?:TODO|FIXME|XXX|HACK)\b/, "work left in a comment");

/** SQL is prose: key words in capitals are somebody else's habit. */
const sqlIsProse = () =>
  linesWith(
    [...searched.filter((file) => file.startsWith("src/")), ...filesBelow("migrations")],
    /\b(?:SELECT|INSERT INTO|DELETE FROM|CREATE (?:TABLE|INDEX|SCHEMA)|ORDER BY|GROUP BY|LEFT JOIN|INNER JOIN|WHERE)\b/,
    "SQL in capitals",
  );

/** Words for people come in pairs, in the right language each. */
function pairsOfWords() {
  const chinese = /[\u4e00-\u9fff]/;
  return [...code, ...filesBelow("presets").filter((file) => file.endsWith(".yaml"))]
    .filter((file) => !isTest(file) && file !== "scripts/checks/house.mjs")
    .flatMap((file) => {
      const text = read(file);
      return [...text.matchAll(/\{\s*zh: ?(["'`]?)(.*?)\1,\s*en: ?(["'`]?)(.*?)\3,?\s*\}/g)].flatMap(([, quote, zh, , en, ...rest]) => {
        const line = text.slice(0, rest.at(-2)).split("\n").length;
        const literal = quote !== "" || file.endsWith(".yaml");
        // a language is called by its own name in every language; an empty pair is a blank to be filled
        if (en === "中文" || (zh === "" && en === "")) return [];
        if (!literal || zh === "" || /^[\s\d\W]*$/.test(zh) || zh.includes("${")) return zh === "" && literal ? [`${file}:${line}: no Chinese`] : [];
        if (chinese.test(en) && !en.includes("${")) return [`${file}:${line}: Chinese in the English text: ${en}`];
        return [];
      });
    });
}

/** Every noun of the schemas is in the glossary: a word is fixed once, for everybody. */
function glossary() {
  const known = read("docs/glossary.md");
  return filesBelow("src")
    .filter((file) => /^src\/(?:[^/]+\/)+schema[.]ts$/.test(file))
    .flatMap((file) =>
      [...read(file).matchAll(/^export const ([A-Z]\w+) = z\b/gm)]
        .filter(([, noun]) => !known.includes(`\`${noun}\``))
        .map(([, noun]) => `docs/glossary.md: no word for ${noun} of ${file}`),
    );
}

/** Links between documents lead somewhere, and the commands they tell exist. */
function documentsHold() {
  const { scripts } = JSON.parse(read("package.json"));
  const there = new Set(filesBelow("."));
  const folders = new Set([...there].flatMap((file) => file.split("/").map((_, i, parts) => parts.slice(0, i).join("/"))));
  return documents.flatMap((file) => {
    const text = read(file);
    const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)]
      .map(([, link]) => normalize(`${dirname(file)}/${link}`).replace(/\/$/, ""))
      .filter((path) => !there.has(path) && !folders.has(path))
      .map((path) => `${file}: a link to ${path}, which is not there`);
    const commands = [...text.matchAll(/\bnpm run (\w[\w:-]*)/g)]
      .filter(([, name]) => !scripts[name])
      .map(([, name]) => `${file}: there is no npm run ${name}`);
    return [...links, ...commands];
  });
}

/** The same files in every feature: reading one teaches all. */
function sameFiles() {
  const edges = {
    "routes.ts": /export (?:async )?(?:function|const) routes\b/,
    "commands.ts": /export (?:async )?(?:function|const) commands\b/,
    "jobs.ts": /export const jobs\b/,
  };
  return code
    .filter((file) => /^src\/(?!platform|app|statistics)[^/]+\/[^/]+$/.test(file) && edges[basename(file)])
    .filter((file) => !edges[basename(file)].test(read(file)))
    .map((file) => `${file}: offers no '${basename(file, ".ts")}'`);
}

export const houseRules = {
  "files stay short": lengths,
  "no check is switched off": noEscapes,
  "names say what is inside": () => [...names(), ...noManagers()],
  "no machine and no registry is named": noMachine,
  "packages are pinned": pinned,
  "tests neither skip, wait nor mock": tests,
  "no work left in comments": noNotes,
  "SQL is prose": sqlIsProse,
  "words come in pairs": pairsOfWords,
  "every noun is in the glossary": glossary,
  "documents hold": documentsHold,
  "features have the same files": sameFiles,
};
