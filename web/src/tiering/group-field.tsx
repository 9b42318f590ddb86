import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import type { ReactNode } from "react";
import { useWords } from "../ui/words.js";
import { groupsQuery } from "./groups-query.js";

/** Those of one group of the model, where it has any. */
export function GroupField({ model, group, onChoose }: { model: string; group: string | undefined; onChoose: (group: string | undefined) => void }): ReactNode {
  const { t, say } = useWords();
  const { data } = useQuery(groupsQuery);
  const groups = data?.items.filter((one) => one.model === model) ?? [];
  if (groups.length === 0 && group === undefined) return null;
  return (
    <div className="field">
      <span className="label" aria-hidden="true">
        {t("groups.group")}
      </span>
      <Select
        aria-label={t("groups.group")}
        style={{ width: "100%", minWidth: 170 }}
        popupMatchSelectWidth={false}
        allowClear
        placeholder={t("groups.every")}
        value={group ?? null}
        onChange={(chosen: string | null | undefined) => onChoose(chosen ?? undefined)}
        options={groups.map((one) => ({ value: one.group, label: say(one.title) }))}
      />
    </div>
  );
}
