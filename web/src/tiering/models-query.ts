import { queryOptions, useQuery } from "@tanstack/react-query";
import type { PublishedModel } from "../../../src/tiering/schema.js";
import { type Page, request } from "../api.js";

/** The published models, each in its current version. */
export const modelsQuery = queryOptions({ queryKey: ["models"], queryFn: () => request<Page<PublishedModel>>("/models"), staleTime: 30_000 });

/** The models, and the one to speak of: the address's, else the service model. */
export function useModel(named: string | undefined) {
  const models = useQuery(modelsQuery);
  const items = models.data?.items;
  const model = items?.find((one) => one.model === named) ?? items?.find((one) => one.service);
  return { models: items, model, error: models.error, refetch: models.refetch };
}
