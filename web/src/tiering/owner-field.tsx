import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { type ReactNode, useState } from "react";
import type { PortfolioLoad } from "../../../src/portfolio/schema.js";
import { type Page, query, request } from "../api.js";
import { useWords } from "../ui/words.js";

const NOBODY = "none";
const SHOWN = 20;

interface OwnerFieldProps {
  manager: string | undefined;
  onChoose: (manager: string | undefined) => void;
}

/** Whose customers: of one account manager, found by a part of the id or name, or of nobody. */
export function OwnerField({ manager, onChoose }: OwnerFieldProps): ReactNode {
  const { t } = useWords();
  const [typed, setTyped] = useState("");
  const words = typed === "" && manager !== undefined && manager !== NOBODY ? manager : typed;
  const { data } = useQuery({
    queryKey: ["managers", "named", words],
    queryFn: ({ signal }) => request<Page<PortfolioLoad>>(`/managers${query({ q: words, sort: "manager", limit: SHOWN })}`, { signal }),
    placeholderData: keepPreviousData,
  });
  const managers = (data?.items ?? []).map((one) => ({ value: one.manager.manager, label: `${one.manager.manager} ${one.manager.name ?? ""}` }));
  return (
    <div className="field owner">
      <span className="label" aria-hidden="true">
        {t("customers.manager")}
      </span>
      <Select
        aria-label={t("customers.manager")}
        style={{ width: "100%" }}
        allowClear
        showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
        placeholder={t("customers.every_manager")}
        value={manager ?? null}
        onChange={(chosen: string | null | undefined) => {
          setTyped("");
          onChoose(chosen ?? undefined);
        }}
        options={[{ value: NOBODY, label: t("customers.no_manager") }, ...managers]}
      />
    </div>
  );
}
