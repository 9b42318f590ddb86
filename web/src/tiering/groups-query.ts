import { queryOptions } from "@tanstack/react-query";
import type { Group } from "../../../src/tiering/schema.js";
import { useMay } from "../access/session.js";
import { type Page, request } from "../api.js";

/** Every group, counted. */
export const groupsQuery = queryOptions({ queryKey: ["groups"], queryFn: () => request<Page<Group>>("/groups") });

/** Whether the reader says which groups there are. */
export function useMaySaveGroups(): boolean {
  const runs = useMay("tiers:run");
  const publishes = useMay("models:publish");
  return runs || publishes;
}
