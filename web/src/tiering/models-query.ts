import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ModelVersion } from "../../../src/tiering/schema.js";
import { type Page, request } from "../api.js";

/** The published models, each in its current version. */
export const modelsQuery = queryOptions({ queryKey: ["models"], queryFn: () => request<Page<ModelVersion>>("/models"), staleTime: 30_000 });

/** The models, and the one the address names or else the first. */
export function useModel(named: string | undefined) {
  const models = useQuery(modelsQuery);
  const items = models.data?.items;
  return { models: items, model: items?.find((one) => one.model === named) ?? items?.[0], error: models.error, refetch: models.refetch };
}
