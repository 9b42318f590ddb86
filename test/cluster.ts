import { migrateJobs } from "../src/platform/jobs/index.js";
import { startTestCluster } from "../src/platform/workspace/testing.js";

/** One PostgreSQL for the whole run; every test clones its template database. */
export default function setup(): Promise<() => Promise<void>> {
  return startTestCluster((postgres) => migrateJobs(postgres.pool));
}
