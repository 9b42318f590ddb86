import "../ui/no-eval.js";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Segmented, Select } from "antd";
import type { ReactNode } from "react";
import type { Near } from "../../../src/tiering/schema.js";
import { useOwnOnly } from "../access/session.js";
import { query, request } from "../api.js";
import { type Column, DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { Page, Section } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { CountsTable, Work } from "./change-figures.js";

const route = getRouteApi("/inside/tiers/$model/near");
const PAGE = 50;
const PHONE_PAGE = 20;
const STEPS = ["5", "10", "20"] as const;
const USUAL = "10";
/** A smaller share would be written as none. */
const LEAST_SHOWN = 0.001;

interface Filters {
  within: string | undefined;
  tier: string | undefined;
  measure: string | undefined;
}

/** Who is a small step below a better tier, and what a push there would bring. */
export function NearView(): ReactNode {
  const { t, say } = useWords();
  const narrow = useNarrow();
  const { model } = route.useParams();
  const { tier, measure, cursor, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const size = narrow ? PHONE_PAGE : PAGE;
  const within = STEPS.find((step) => step === search.within) ?? USUAL;
  const list = useQuery({
    queryKey: ["near", model, within, tier, measure, cursor, size],
    queryFn: ({ signal }) =>
      request<Near>(`/models/${encodeURIComponent(model)}/near${query({ within: String(Number(within) / 100), tier, measure, cursor, limit: size })}`, {
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  const near = list.error ? undefined : list.data;
  const change = (changed: Partial<Filters>): void =>
    void navigate({ search: (held) => ({ ...held, cursor: undefined, page: undefined, ...changed }), state: { trail: [] } });
  const clear = <Button onClick={() => change({ tier: undefined, measure: undefined })}>{t("customers.clear")}</Button>;
  return (
    <Page
      name={t("near.open")}
      question={near ? t("near.question", { title: say(near.title) }) : t("near.open")}
      answer={near ? <Answer near={near} /> : !list.error && <Bone width={360} />}
      actions={
        <Link to="/tiers/$model" params={{ model }}>
          {t("near.back")}
        </Link>
      }
    >
      {list.error && <ProblemView error={list.error} retry={() => void list.refetch()} />}
      {!list.error && (
        <>
          <div className="section">
            <div className="filters" style={{ marginBottom: 0 }}>
              <div className="field">
                <span className="label" aria-hidden="true">
                  {t("near.within")}
                </span>
                <Segmented
                  aria-label={t("near.within")}
                  value={within}
                  onChange={(chosen) => change({ within: chosen === USUAL ? undefined : chosen })}
                  options={STEPS.map((step) => ({ value: step, label: `${step}%` }))}
                />
              </div>
              {near && <Choices near={near} tier={tier} measure={measure} onChange={change} />}
              {(tier !== undefined || measure !== undefined) && (
                <div className="field">
                  {!narrow && <span className="label">&nbsp;</span>}
                  {clear}
                </div>
              )}
            </div>
          </div>
          {near && near.total > 0 && <Brings near={near} onChoose={change} />}
          <Section title={t("near.customers")}>
            <NearTable near={near} stale={list.isPlaceholderData} empty={<EmptyState title={t("near.empty")} hint={t("near.empty_hint")} action={clear} />} />
            <Pager cursor={cursor} page={search.page} size={size} shown={near?.items.length} next={near?.next} total={near?.total} />
          </Section>
        </>
      )}
    </Page>
  );
}

/** How many, and what it comes to if all of them rose: in one sentence. */
function Answer({ near }: { near: Near }): string {
  const { t, say } = useWords();
  const figures = useFigures();
  const share = `${Number((100 * near.within).toFixed(2))}%`;
  const { brings, total } = near;
  const { contacts, hours, cost } = brings;
  if (total === 0) return t("near.answer_none", { share });
  const rise = [
    ...near.tiers.flatMap(({ id, title }) => {
      const customers = near.moves.filter((move) => move.to === id).reduce((sum, move) => sum + move.customers, 0);
      return customers === 0 ? [] : [t("near.rise", { tier: say(title), number: figures.number(customers) })];
    }),
    ...(contacts.after === contacts.before ? [] : [t("near.rise_contacts", { change: figures.change(Math.round(contacts.after - contacts.before)) })]),
    ...(hours.after === hours.before ? [] : [t("near.rise_hours", { change: figures.change(Math.round(hours.after - hours.before)) })]),
    ...(cost.after > cost.before ? [t("near.rise_cost", { money: figures.shortMoney(cost.after - cost.before) })] : []),
  ];
  return t("near.answer", { number: figures.number(total), count: total, share, rise: rise.join(t("near.comma")) });
}

function Choices({
  near,
  tier,
  measure,
  onChange,
}: {
  near: Near;
  tier: string | undefined;
  measure: string | undefined;
  onChange: (changed: Partial<Filters>) => void;
}): ReactNode {
  const { t, say } = useWords();
  const width = { width: "100%", minWidth: 170 };
  return (
    <>
      <div className="field">
        <span className="label" aria-hidden="true">
          {t("near.tier")}
        </span>
        <Select
          aria-label={t("near.tier")}
          style={width}
          allowClear
          placeholder={t("customers.every_tier")}
          value={tier ?? null}
          onChange={(chosen: string | null | undefined) => onChange({ tier: chosen ?? undefined })}
          options={near.tiers.slice(0, -1).map(({ id, title }) => ({ value: id, label: <TierTag id={id} rungs={near.tiers} />, title: say(title) }))}
        />
      </div>
      <div className="field">
        <span className="label" aria-hidden="true">
          {t("near.measure")}
        </span>
        <Select
          aria-label={t("near.measure")}
          style={width}
          allowClear
          placeholder={t("near.every_measure")}
          value={measure ?? null}
          onChange={(chosen: string | null | undefined) => onChange({ measure: chosen ?? undefined })}
          options={near.measures.map(({ name, title }) => ({ value: name, label: say(title) }))}
        />
      </div>
    </>
  );
}

/** Tiers and work before and after, and by which measure how many would rise where: each number opens who they are. */
function Brings({ near, onChoose }: { near: Near; onChoose: (changed: Partial<Filters>) => void }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { contacts, hours, cost, value, tiers } = near.brings;
  const counts = (when: "before" | "after"): Record<string, number> => Object.fromEntries(tiers.map((tier) => [tier.id, tier[when]]));
  const worth = near.measures.find((one) => one.name === near.value);
  const amount = (of: number): string => (worth?.unit === "money" ? figures.shortMoney(of) : figures.number(of, 0));
  return (
    <div className="columns">
      <Section title={t("near.brings")}>
        <CountsTable counts={{ before: counts("before"), after: counts("after") }} rungs={near.tiers} />
        {value !== null && worth !== undefined && (
          <p className="note" style={{ marginTop: 8 }}>
            {t("near.value", { measure: say(worth.title), now: amount(value.now), there: amount(value.as_tier) })}
          </p>
        )}
      </Section>
      <div>
        <Work preview={{ workload: { contacts, hours }, cost }} />
        <Ways near={near} onChoose={onChoose} />
      </div>
    </div>
  );
}

function Ways({ near, onChoose }: { near: Near; onChoose: (changed: Partial<Filters>) => void }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const tiers = near.tiers.filter(({ id }) => near.ways.some((way) => way.tier === id));
  const measures = near.measures.filter(({ name }) => near.ways.some((way) => way.measure === name));
  return (
    <Section title={t("near.ways")}>
      <div className="scroll-x">
        <table className="plain counts-table">
          <thead>
            <tr>
              <th scope="col">{t("near.tier")}</th>
              {measures.map(({ name, title }) => (
                <th key={name} scope="col">
                  {say(title)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tiers.map((tier) => (
              <tr key={tier.id}>
                <th scope="row" className="nowrap">
                  <TierTag id={tier.id} rungs={near.tiers} />
                </th>
                {measures.map(({ name, title }) => {
                  const customers = near.ways.find((way) => way.measure === name && way.tier === tier.id)?.customers;
                  const number = figures.number(customers ?? 0);
                  return (
                    <td key={name}>
                      {customers === undefined ? (
                        <span className="muted">–</span>
                      ) : (
                        <Button
                          type="link"
                          size="small"
                          style={{ padding: 0 }}
                          aria-label={t("near.of_tier", { measure: say(title), tier: say(tier.title), number })}
                          onClick={() => onChoose({ tier: tier.id, measure: name })}
                        >
                          {number}
                        </Button>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="note" style={{ marginTop: 8 }}>
        {t("near.ways_note")}
      </p>
    </Section>
  );
}

type NearCustomer = Near["items"][number];

/** From what to what, and how far that is. */
function WaysOf({ near, ways }: { near: Near; ways: NearCustomer["ways"] }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  return (
    <ul className="stack" style={{ gap: 0 }}>
      {ways.map(({ measure, from, to, tier, distance }, i) => {
        const told = near.measures.find((one) => one.name === measure);
        const as = (value: string | number | null): string => figures.figure(value, told?.unit ?? "number");
        const title = told === undefined ? measure : say(told.title);
        return (
          <li key={measure}>
            {t("near.from_to", { measure: title, from: as(from), to: as(to) })}{" "}
            <span className="small muted nowrap">
              {distance < LEAST_SHOWN
                ? t("near.distance_least", { share: figures.percent(LEAST_SHOWN) })
                : t("near.distance", { share: figures.percent(distance) })}
            </span>
            {i > 0 && tier !== ways[0]?.tier && (
              <>
                {" "}
                <TierTag id={tier} rungs={near.tiers} />
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function NearTable({ near, stale, empty }: { near: Near | undefined; stale: boolean; empty: ReactNode }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const narrow = useNarrow();
  const ownOnly = useOwnOnly();
  const rungs = near?.tiers ?? [];
  const worth = near?.measures.find((one) => one.name === near.value);
  const columns: Column<NearCustomer>[] = [
    {
      key: "customer_id",
      title: t("customers.id"),
      card: "head",
      render: ({ customer_id, name }) => (
        <Link to="/customers/$id" params={{ id: customer_id }} search={near ? { model: near.model } : {}}>
          {customer_id}
          {name === null || name === "" ? "" : ` ${name}`}
        </Link>
      ),
    },
    {
      key: "tier",
      title: `${t("near.now")} → ${t("near.tier")}`,
      card: "head",
      render: ({ tier, ways }) => (
        <span style={{ display: "inline-flex", flexWrap: "wrap", gap: "0 6px" }}>
          <TierTag id={tier} rungs={rungs} /> → <TierTag id={ways[0]?.tier ?? tier} rungs={rungs} />
        </span>
      ),
    },
    { key: "ways", title: t("near.way"), card: "whole", render: ({ ways }) => near && <WaysOf near={near} ways={ways} /> },
    ...(worth === undefined || narrow
      ? []
      : [{ key: "value", title: say(worth.title), figure: true, render: ({ value }: NearCustomer) => figures.figure(value, worth.unit) }]),
    ...(ownOnly ? [] : [{ key: "owner", title: t("customers.manager"), render: ({ owner }: NearCustomer) => <Owner owner={owner} /> }]),
    { key: "branch", title: t("customers.branch"), render: ({ branch }) => branch ?? "—" },
  ];
  return (
    <DataTable
      label={t("near.customers")}
      columns={columns}
      rows={near?.items}
      rowKey={(row) => row.customer_id}
      bones={narrow ? 5 : 12}
      stale={stale}
      empty={empty}
    />
  );
}

function Owner({ owner }: Pick<NearCustomer, "owner">): ReactNode {
  if (owner === null) return <span className="muted">—</span>;
  return (
    <Link to="/portfolio/$manager" params={{ manager: owner.manager }} className="nowrap">
      {owner.name ?? owner.manager}
    </Link>
  );
}
