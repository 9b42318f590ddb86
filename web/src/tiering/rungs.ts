import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Text } from "../../../src/platform/schema.js";
import type { Rungs } from "../ui/tier.js";
import { modelsQuery } from "./models-query.js";

const alone: Rungs = [];

/** The ladder a tier named by id and title stands on, for its rank and colour; of a tier of no model, a ladder of itself. */
export function useRungsOf(): (tier: string, title: Text, model?: string) => Rungs {
  const { data } = useQuery(modelsQuery);
  const models = data?.items;
  return useMemo(
    () => (tier, title, model) => {
      const found = models?.find((one) =>
        model === undefined ? one.tiers.some((rung) => rung.id === tier && rung.title.zh === title.zh) : one.model === model,
      );
      return found?.tiers ?? (models === undefined ? alone : [{ id: tier, title }]);
    },
    [models],
  );
}
