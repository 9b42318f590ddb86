import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ModelVersion, Run } from "../../../src/tiering/schema.js";
import { type Page, request } from "../api.js";

/** The published models, each in its current version. */
export const modelsQuery = queryOptions({ queryKey: ["models"], queryFn: () => request<Page<ModelVersion>>("/models"), staleTime: 30_000 });

/** The last run of all: its model is the one to show when the address names none. */
const latestRunQuery = queryOptions({ queryKey: ["runs", "latest"], queryFn: () => request<Page<Run>>("/runs?limit=1"), staleTime: 30_000 });

/** The models, and the one to speak of: the address's, else the one run last, else the first. */
export function useModel(named: string | undefined) {
  const models = useQuery(modelsQuery);
  const latest = useQuery({ ...latestRunQuery, enabled: named === undefined });
  const items = models.data?.items;
  const wanted = named ?? latest.data?.items[0]?.model;
  const settled = named !== undefined || !latest.isPending;
  const model = settled ? (items?.find((one) => one.model === wanted) ?? items?.[0]) : undefined;
  return { models: items, model, error: models.error, refetch: models.refetch };
}
