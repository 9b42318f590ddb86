import { defineConfig } from "vitest/config";

const long = process.env["TIERKEEP_EVIDENCE"] === "1";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "web/src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["test/cluster.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: long ? 1_800_000 : 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    // a machine's zone must not decide a test: what needs one names it
    env: { TZ: "UTC" },
  },
});
