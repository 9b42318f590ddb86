import { Button, Input, Select } from "antd";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { ModelVersion } from "../../../src/tiering/schema.js";
import type { ProblemError } from "../api.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";

export interface Filters {
  tier: string | undefined;
  where: string | undefined;
  from: string | undefined;
  q: string | undefined;
}

interface CustomerFiltersProps {
  model: ModelVersion;
  filters: Filters;
  problem: ProblemError | undefined;
  onChange: (changed: Partial<Filters>) => void;
}

/** Tier, words and a condition in the models' own language; its mistakes are told at its field. */
export function CustomerFilters({ model, filters, problem, onChange }: CustomerFiltersProps): ReactNode {
  const { t, say } = useWords();
  const [q, setQ] = useState(filters.q ?? "");
  const [where, setWhere] = useState(filters.where ?? "");
  const words = useId();
  const condition = useId();
  const help = useId();
  const apply = (submitted?: FormEvent): void => {
    submitted?.preventDefault();
    onChange({ q: q.trim() === "" ? undefined : q.trim(), where: where.trim() === "" ? undefined : where.trim() });
  };
  const example = exampleOf(model);
  const any = [filters.tier, filters.where, filters.from, filters.q].some((one) => one !== undefined);
  return (
    <form className="filters" onSubmit={apply}>
      <div className="field" style={{ flex: "0 1 200px" }}>
        <label className="label" htmlFor={words}>
          {t("customers.search")}
        </label>
        <Input id={words} value={q} allowClear onChange={(typed) => setQ(typed.target.value)} />
      </div>
      <div className="field" style={{ flex: "0 1 240px" }}>
        <span className="label" aria-hidden="true">
          {t("customers.tier")}
        </span>
        <Select
          mode="multiple"
          maxTagCount="responsive"
          aria-label={t("customers.tier")}
          style={{ width: "100%" }}
          placeholder={t("customers.every_tier")}
          value={filters.tier?.split(",") ?? []}
          onChange={(chosen: string[]) => onChange({ tier: chosen.length === 0 ? undefined : chosen.join(","), from: undefined })}
          options={model.tiers.map((tier) => ({ value: tier.id, label: <TierTag id={tier.id} rungs={model.tiers} />, title: say(tier.title) }))}
        />
      </div>
      {filters.from !== undefined && (
        <div className="field">
          <span className="label">{t("overview.from_to")}</span>
          <Button onClick={() => onChange({ from: undefined })}>
            {filters.from === "none" ? t("overview.new") : <TierTag id={filters.from} rungs={model.tiers} />} ✕
          </Button>
        </div>
      )}
      <div className="field" style={{ flex: "1 1 320px" }}>
        <label className="label" htmlFor={condition}>
          {t("customers.where")}
        </label>
        <Input
          id={condition}
          className="code"
          spellCheck={false}
          autoCapitalize="none"
          value={where}
          allowClear
          {...(problem ? { status: "error" as const } : {})}
          aria-invalid={problem !== undefined}
          aria-describedby={help}
          placeholder={t("customers.where_example", { example })}
          onChange={(typed) => setWhere(typed.target.value)}
        />
        <div id={help}>
          {problem?.problems.map((one) => (
            <div key={one.message.en} className="problem" role="alert">
              {say(one.message)} {one.hint && say(one.hint)}
            </div>
          ))}
          <div className="names">
            <span>{t("customers.where_names")}:</span>
            {model.columns.map((column) => (
              <button
                key={column.name}
                type="button"
                className="code"
                title={say(column.title)}
                onClick={() => setWhere(`${where}${where === "" || where.endsWith(" ") ? "" : " "}${column.name}`)}
              >
                {column.name}
              </button>
            ))}
          </div>
        </div>
      </div>
      <div className="field">
        <span className="label" aria-hidden="true">
          &nbsp;
        </span>
        <div style={{ display: "flex", gap: 8 }}>
          <Button type="primary" htmlType="submit">
            {t("customers.apply")}
          </Button>
          {any && <Button onClick={() => onChange({ tier: undefined, where: undefined, from: undefined, q: undefined })}>{t("customers.clear")}</Button>}
        </div>
      </div>
    </form>
  );
}

/** A condition that holds for this very model's columns. */
function exampleOf(model: ModelVersion): string {
  const [first, second] = model.columns;
  if (first === undefined) return "";
  return second === undefined ? `${first.name} >= 10` : `${first.name} <= 30 and ${second.name} >= 2`;
}
