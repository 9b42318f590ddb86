import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Select } from "antd";
import type { ReactNode } from "react";
import type { ModelVersion, StandingRow } from "../../../src/tiering/schema.js";
import { useOwnOnly } from "../access/session.js";
import { type Page as PageOf, ProblemError, query, request } from "../api.js";
import { type Column, DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { Page } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { type Rungs, TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { CustomerFilters, type Filters } from "./customer-filters.js";
import { ModelSwitch } from "./model-switch.js";
import { useModel } from "./models-query.js";
import { PhaseTag } from "./phase.js";

const route = getRouteApi("/inside/customers");
const PAGE = 50;
const PHONE_PAGE = 20;
/** A phone's card tells the first figures; the customer's own page tells all. */
const ON_A_CARD = 4;

/** A problem of the condition belongs at its field. */
const isOfCondition = (error: Error | null): error is ProblemError =>
  error instanceof ProblemError && error.problems.some((one) => one.place?.path?.includes("where") || /expression|condition/.test(one.code));

/** The customers of a model that match, a page at a time. */
export function Customers(): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const narrow = useNarrow();
  const search = route.useSearch();
  const size = narrow ? PHONE_PAGE : PAGE;
  const navigate = route.useNavigate();
  const { models, model, error: modelsError, refetch } = useModel(search.model);
  const { tier, where, from, q, manager, phase, group, sort, cursor } = search;
  const list = useQuery({
    queryKey: ["customers", model?.model, tier, where, from, q, manager, phase, group, sort, cursor, size],
    enabled: model !== undefined,
    queryFn: ({ signal }) =>
      request<PageOf<StandingRow>>(`/models/${model?.model}/customers${query({ tier, where, from, q, manager, phase, group, sort, cursor, limit: size })}`, {
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  const columns = useColumns(model);
  const conditionProblem = isOfCondition(list.error) ? list.error : undefined;
  const problem = modelsError ?? (conditionProblem ? null : list.error);
  const change = (changed: Partial<Filters> & { sort?: string | undefined }): void =>
    void navigate({ search: (held) => ({ ...held, cursor: undefined, page: undefined, ...changed }), state: { trail: [] } });
  const clear = (
    <Button
      onClick={() => change({ tier: undefined, where: undefined, from: undefined, q: undefined, manager: undefined, phase: undefined, group: undefined })}
    >
      {t("customers.clear")}
    </Button>
  );
  const total = list.error ? undefined : list.data?.total;
  return (
    <Page
      name={t("ui.customers")}
      question={t("customers.question")}
      answer={
        total == null ? !list.error && models?.length !== 0 && <Bone width={90} /> : t("customers.answer", { total: figures.number(total), count: total })
      }
      actions={
        <>
          <Link to="/groups">{t("groups.groups")}</Link>
          <Link to="/persona" search={{ model: model?.model, ...(tier === undefined || tier.includes(",") ? {} : { tier }) }}>
            {t("persona.persona")}
          </Link>
          <ModelSwitch models={models} model={model?.model} onChoose={(chosen) => void navigate({ search: { model: chosen } })} />
        </>
      }
    >
      <div className="section">
        {model && (
          <CustomerFilters
            key={`${model.model} ${q ?? ""} ${where ?? ""}`}
            model={model}
            filters={{ tier, where, from, q, manager, phase, group }}
            problem={conditionProblem}
            onChange={change}
            sort={narrow && <SortChoice model={model} sort={sort} onSort={(chosen) => change({ sort: chosen })} />}
          />
        )}
        {problem && <ProblemView error={problem} retry={() => void (modelsError ? refetch() : list.refetch())} />}
        {conditionProblem && <EmptyState title={t("customers.fix_condition")} hint={t("customers.fix_condition_hint")} />}
        {models?.length === 0 && (
          <EmptyState title={t("overview.no_model")} hint={t("overview.no_model_hint")} action={<Link to="/tiers">{t("overview.to_tiers")}</Link>} />
        )}
        {!list.error && !modelsError && models?.length !== 0 && (
          <>
            <DataTable
              label={t("customers.label")}
              columns={columns}
              rows={list.data?.items}
              rowKey={(row) => row.customer_id}
              bones={narrow ? 6 : 16}
              sort={sort ?? "tier"}
              onSort={(chosen) => change({ sort: chosen })}
              stale={list.isPlaceholderData}
              empty={<EmptyState title={t("customers.empty")} hint={t("customers.empty_hint")} action={clear} />}
            />
            <Pager cursor={cursor} page={search.page} size={size} shown={list.data?.items.length} next={list.data?.next} total={list.data?.total} />
          </>
        )}
      </div>
    </Page>
  );
}

function useColumns(model: ModelVersion | undefined): Column<StandingRow>[] {
  const { t, say } = useWords();
  const figures = useFigures();
  const narrow = useNarrow();
  const ownOnly = useOwnOnly();
  const rungs = model?.tiers ?? [];
  return [
    {
      key: "customer_id",
      title: t("customers.id"),
      sortable: true,
      pinned: true,
      card: "head",
      render: (row) => (
        <Link to="/customers/$id" params={{ id: row.customer_id }} search={model ? { model: model.model } : {}}>
          {row.customer_id}
          {row.name === null || row.name === "" ? "" : ` ${row.name}`}
        </Link>
      ),
    },
    { key: "tier", title: t("customers.tier"), sortable: true, card: "head", render: (row) => <TierCell row={row} rungs={rungs} /> },
    ...(ownOnly ? [] : [{ key: "owner", title: t("customers.manager"), render: ({ owner }: StandingRow) => <OwnerCell owner={owner} /> }]),
    ...(narrow ? (model?.columns ?? []).slice(0, ON_A_CARD) : (model?.columns ?? [])).map((column) => ({
      key: column.name,
      title: column.unit === "days" && !say(column.title).toLowerCase().includes(t("ui.days")) ? `${say(column.title)} (${t("ui.days")})` : say(column.title),
      figure: true,
      sortable: true,
      render: (row: StandingRow) => figures.figure(row.figures[column.name] ?? null, column.unit),
    })),
    { key: "since", title: t("customers.since"), sortable: true, render: (row) => <span className="nowrap">{figures.day(row.since)}</span> },
    { key: "branch", title: t("customers.branch"), render: (row) => row.branch ?? "—" },
  ];
}

function TierCell({ row, rungs }: { row: StandingRow; rungs: Rungs }): ReactNode {
  const { t } = useWords();
  return (
    <span style={{ display: "inline-flex", flexWrap: "wrap", gap: "0 8px" }}>
      <TierTag id={row.tier} rungs={rungs} />
      <PhaseTag phase={row.phase} />
      {row.override !== null && <span className="small muted nowrap">{t("override.title")}</span>}
    </span>
  );
}

function OwnerCell({ owner }: Pick<StandingRow, "owner">): ReactNode {
  if (owner === null) return <span className="muted">—</span>;
  return (
    <Link to="/portfolio/$manager" params={{ manager: owner.manager }} className="nowrap">
      {owner.name ?? owner.manager}
    </Link>
  );
}

function SortChoice({ model, sort, onSort }: { model: ModelVersion; sort: string | undefined; onSort: (sort: string | undefined) => void }): ReactNode {
  const { t, say } = useWords();
  const choices = [{ name: "tier", title: t("customers.tier") }, ...model.columns.map((column) => ({ name: column.name, title: say(column.title) }))];
  return (
    <div className="field" style={{ marginBottom: 8 }}>
      <span className="label" aria-hidden="true">
        {t("customers.sort")}
      </span>
      <Select
        aria-label={t("customers.sort")}
        style={{ width: "100%" }}
        allowClear
        placeholder={t("customers.sort")}
        value={sort ?? null}
        onChange={(chosen: string | null | undefined) => onSort(chosen ?? undefined)}
        options={choices.flatMap(({ name, title }) => [
          { value: `-${name}`, label: t("customers.sort_down", { column: title }) },
          { value: name, label: t("customers.sort_up", { column: title }) },
        ])}
      />
    </div>
  );
}
