/** The dependency rule on our own tree, and the proof that it still bites: each kind of violation planted, each caught. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { at, filesBelow, root, runPackage } from "../machine.mjs";

async function cruise(cwd) {
  const args = ["--config", ".dependency-cruiser.mjs", "--output-type", "json", "src", "web"];
  const { output } = await runPackage("dependency-cruiser/bin/dependency-cruise.mjs", args, { cwd });
  const start = output.indexOf("{");
  if (start < 0) throw new Error(`the cruise gave no answer:\n${output}`);
  return JSON.parse(output.slice(start));
}

/** Every violation of our own tree. A cruise that read fewer modules than there are files has looked away. */
export async function ourTree() {
  const { summary } = await cruise(root);
  const sources = filesBelow("src", "web/src").filter((file) => /(?<![.]d)[.]tsx?$/.test(file)).length;
  const complaints = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  if (sources === 0 || summary.totalCruised < sources) complaints.push(`only ${summary.totalCruised} modules were read of ${sources} files`);
  return complaints;
}

/** A tree that keeps the rule, as small as one can be: what is planted is then all there is to find. */
const sound = {
  "tsconfig.json": '{ "compilerOptions": { "module": "nodenext", "moduleResolution": "nodenext", "strict": true } }',
  "package.json": '{ "type": "module" }',
  "src/platform/schema.ts": 'import { z } from "zod";\nexport const Text = z.string();\n',
  "src/platform/clock.ts": "export const now = 1;\n",
  "src/platform/postgres/index.ts": 'import pg from "pg";\nexport const pool = pg.Pool;\n',
  "src/platform/postgres/atomically.ts": 'import { pool } from "./index.js";\nexport const atomically = pool;\n',
  "src/statistics/mean.ts": "export const mean = 1;\n",
  "src/access/schema.ts": 'import { Text } from "../platform/schema.js";\nexport const Role = Text;\n',
  "src/access/index.ts": 'export { Role } from "./schema.js";\nexport const demand = 1;\n',
  "src/access/hidden.ts": "export const hidden = 1;\n",
  "src/access/store.ts": 'import { sql } from "kysely";\nimport { pool } from "../platform/postgres/index.js";\nexport const load = [sql, pool];\n',
  "src/access/routes.ts": 'import { demand } from "./index.js";\nexport const routes = demand;\n',
  "src/tiering/schema.ts": 'import { Role } from "../access/schema.js";\nexport const Tier = Role;\n',
  "src/tiering/index.ts": 'import { demand } from "../access/index.js";\nimport { mean } from "../statistics/mean.js";\nexport const grade = [demand, mean];\n',
  "src/tiering/decide.ts": 'import { atomically } from "../platform/postgres/atomically.js";\nexport const decide = atomically;\n',
  "src/app/cli.ts": 'import { routes } from "../access/routes.js";\nroutes;\n',
  "web/src/page.ts":
    'import { Tier } from "../../src/tiering/schema.js";\nimport type { grade } from "../../src/tiering/index.js";\nexport const page: typeof grade | unknown = Tier;\n',
};

const violations = [
  [
    "no-cycles",
    "src/access/egg.ts",
    'import { hen } from "./hen.js";\nexport const egg = () => hen;\n',
    { "src/access/hen.ts": 'import { egg } from "./egg.js";\nexport const hen = () => egg;\n' },
  ],
  ["nothing-unresolved", "src/access/lost.ts", 'import { nobody } from "./nobody.js";\nnobody;\n'],
  ["known-rooms-only", "src/helpers/text.ts", 'import { now } from "../platform/clock.js";\nnow;\n'],
  [
    "no-way-into-unknown-rooms",
    "src/tiering/visit.ts",
    'import { shed } from "../garden/shed.js";\nshed;\n',
    { "src/garden/shed.ts": "export const shed = 1;\n" },
  ],
  ["engines-behind-platform", "src/tiering/driver.ts", 'import pg from "pg";\npg;\n'],
  ["engines-behind-platform", "src/tiering/engine.ts", 'import { DuckDBInstance } from "@duckdb/node-api";\nDuckDBInstance;\n'],
  ["engines-behind-platform", "src/app/queue.ts", 'import { run } from "graphile-worker";\nrun;\n'],
  ["statements-in-stores", "src/tiering/statement.ts", 'import { sql } from "kysely";\nsql;\n'],
  ["platform-knows-no-feature", "src/platform/curious.ts", 'import { demand } from "../access/index.js";\ndemand;\n'],
  ["platform-knows-no-feature", "src/platform/typed.ts", 'import type { Role } from "../access/schema.js";\nexport type R = typeof Role;\n'],
  ["statistics-is-pure", "src/statistics/reads.ts", 'import { readFileSync } from "node:fs";\nreadFileSync;\n'],
  ["statistics-is-pure", "src/statistics/asks.ts", 'import { now } from "../platform/clock.js";\nnow;\n'],
  ["nothing-knows-app", "src/tiering/upward.ts", 'import type {} from "../app/cli.js";\n'],
  ["access-comes-earlier", "src/access/later.ts", 'import { grade } from "../tiering/index.js";\ngrade;\n'],
  ["customer-comes-earlier", "src/customer/schema.ts", 'import { Tier } from "../tiering/schema.js";\nTier;\n'],
  ["use-the-front-door", "src/tiering/window.ts", 'import { hidden } from "../access/hidden.js";\nhidden;\n'],
  ["use-the-front-door", "src/tiering/routes.ts", 'import { routes } from "../access/routes.js";\nroutes;\n'],
  ["app-only-composes", "src/app/meddles.ts", 'import { decide } from "../tiering/decide.js";\ndecide;\n'],
  ["schema-is-pure", "src/intake/schema.ts", 'import { now } from "../platform/clock.js";\nnow;\n'],
  ["schema-is-pure", "src/service/schema.ts", 'import { readFileSync } from "node:fs";\nreadFileSync;\n'],
  ["web-takes-nouns-and-types", "web/src/runs.ts", 'import { grade } from "../../src/tiering/index.js";\ngrade;\n'],
  ["server-knows-no-page", "src/app/shows.ts", 'import { page } from "../../web/src/page.js";\npage;\n'],
  ["only-stores-touch-postgres", "src/tiering/reaches.ts", 'import { pool } from "../platform/postgres/index.js";\npool;\n'],
  [
    "product-knows-no-test",
    "src/tiering/tested.ts",
    'import { fixture } from "./grade.test.js";\nfixture;\n',
    { "src/tiering/grade.test.ts": "export const fixture = 1;\n" },
  ],
];

/** Complaints about the rule itself: a planted violation it let pass, or a sound file it blames. */
export async function plantedViolations() {
  const tree = mkdtempSync(join(tmpdir(), "tierkeep-rule-"));
  try {
    const lay = (path, text) => {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    };
    for (const [path, text] of Object.entries(sound)) lay(path, text);
    for (const [, path, text, others = {}] of violations) {
      lay(path, text);
      for (const [other, its] of Object.entries(others)) lay(other, its);
    }
    cpSync(at(".dependency-cruiser.mjs"), join(tree, ".dependency-cruiser.mjs"));
    symlinkSync(at("node_modules"), join(tree, "node_modules"), "junction");

    const found = (await cruise(tree)).summary.violations;
    const missed = violations
      .filter(([rule, from]) => !found.some((violation) => violation.rule.name === rule && violation.from === from))
      .map(([rule, from]) => `${rule} did not catch ${from}`);
    const blamed = found.filter(({ from }) => from in sound).map(({ rule, from }) => `${rule.name} blames ${from}, which keeps the rule`);
    return [...missed, ...blamed];
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}
