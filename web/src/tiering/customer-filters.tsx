import "../ui/no-eval.js";

import { CloseOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { type ModelVersion, Phase, phaseLabels } from "../../../src/tiering/schema.js";
import { useOwnOnly } from "../access/session.js";
import type { ProblemError } from "../api.js";
import { useNarrow } from "../ui/narrow.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { ConditionField } from "./condition-field.js";
import { GroupField } from "./group-field.js";
import { useMaySaveGroups } from "./groups-query.js";
import { OwnerField } from "./owner-field.js";

export interface Filters {
  tier: string | undefined;
  where: string | undefined;
  from: string | undefined;
  q: string | undefined;
  /** Those one account manager looks after; "none": those nobody does. */
  manager: string | undefined;
  /** Where they are between two tiers. */
  phase: string | undefined;
  group: string | undefined;
}

interface CustomerFiltersProps {
  model: ModelVersion;
  filters: Filters;
  problem: ProblemError | undefined;
  onChange: (changed: Partial<Filters>) => void;
  /** How to sort, where no table heading does it. */
  sort: ReactNode;
}

const none: Filters = { tier: undefined, where: undefined, from: undefined, q: undefined, manager: undefined, phase: undefined, group: undefined };
const told = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());

/** Words, tier and a condition; on a phone all but the words stay folded until asked for. */
export function CustomerFilters({ model, filters, problem, onChange, sort }: CustomerFiltersProps): ReactNode {
  const { t } = useWords();
  const narrow = useNarrow();
  const [q, setQ] = useState(filters.q ?? "");
  const [where, setWhere] = useState(filters.where ?? "");
  const words = useId();
  const ownOnly = useOwnOnly();
  const maySave = useMaySaveGroups();
  const apply = (submitted: FormEvent): void => {
    submitted.preventDefault();
    onChange({ q: told(q), where: told(where) });
  };
  const any = Object.values(filters).some((one) => one !== undefined);
  const rest = (
    <>
      <TierField model={model} filters={filters} onChange={onChange} />
      {model.follows !== null && <PhaseField phase={filters.phase} onChoose={(phase) => onChange({ phase })} />}
      {!ownOnly && <OwnerField manager={filters.manager} onChoose={(manager) => onChange({ manager })} />}
      <GroupField model={model.model} group={filters.group} onChoose={(group) => onChange({ group })} />
      <ConditionField model={model} value={where} problem={problem} onType={setWhere} />
    </>
  );
  return (
    <form className="filters" onSubmit={apply}>
      <div className="field q">
        <label className="label" htmlFor={words}>
          {t("customers.search")}
        </label>
        <Input id={words} value={q} allowClear onChange={(typed) => setQ(typed.target.value)} />
      </div>
      {narrow ? (
        <details
          open={
            filters.tier !== undefined ||
            filters.where !== undefined ||
            filters.from !== undefined ||
            filters.manager !== undefined ||
            filters.phase !== undefined ||
            filters.group !== undefined
          }
        >
          <summary>{t("customers.filters")}</summary>
          {rest}
          {sort}
        </details>
      ) : (
        rest
      )}
      <div className="field">
        {!narrow && <span className="label">&nbsp;</span>}
        <div style={{ display: "flex", gap: 8 }}>
          <Button type="primary" htmlType="submit">
            {t("customers.apply")}
          </Button>
          {maySave && filters.where !== undefined && problem === undefined && (
            <Link to="/groups" search={{ form: "new", model: model.model, where: filters.where }} className="nowrap" style={{ alignSelf: "center" }}>
              {t("groups.save_as")}
            </Link>
          )}
          {any && <Button onClick={() => onChange(none)}>{t("customers.clear")}</Button>}
        </div>
      </div>
    </form>
  );
}

function PhaseField({ phase, onChoose }: { phase: string | undefined; onChoose: (phase: string | undefined) => void }): ReactNode {
  const { t, say } = useWords();
  return (
    <div className="field">
      <span className="label" aria-hidden="true">
        {t("customers.phase")}
      </span>
      <Select
        aria-label={t("customers.phase")}
        style={{ width: "100%", minWidth: 120 }}
        allowClear
        placeholder={t("customers.every_phase")}
        value={phase ?? null}
        onChange={(chosen: string | null | undefined) => onChoose(chosen ?? undefined)}
        options={Phase.options.map((one) => ({ value: one, label: say(phaseLabels[one]) }))}
      />
    </div>
  );
}

function TierField({ model, filters, onChange }: Pick<CustomerFiltersProps, "model" | "filters" | "onChange">): ReactNode {
  const { t, say } = useWords();
  return (
    <>
      <div className="field tiers">
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
          onChange={(chosen: string[]) => onChange({ tier: told(chosen.join(",")), from: undefined })}
          options={model.tiers.map((tier) => ({ value: tier.id, label: <TierTag id={tier.id} rungs={model.tiers} />, title: say(tier.title) }))}
        />
      </div>
      {filters.from !== undefined && (
        <div className="field">
          <span className="label">{t("customers.from")}</span>
          <Button icon={<CloseOutlined />} iconPlacement="end" onClick={() => onChange({ from: undefined })}>
            {filters.from === "none" ? t("overview.new") : <TierTag id={filters.from} rungs={model.tiers} />}
          </Button>
        </div>
      )}
    </>
  );
}
