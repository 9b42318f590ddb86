import "../ui/no-eval.js";

import { getRouteApi } from "@tanstack/react-router";
import { Select, Tabs } from "antd";
import type { ReactNode } from "react";
import { type CustomerPage, columnsOf, type Fact } from "../../../src/customer/schema.js";
import type { TextKey } from "../texts.js";
import { DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { Section } from "../ui/page.js";
import { EmptyState } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { kindWords } from "./kinds.js";

const route = getRouteApi("/inside/customers/$id");

const tabs = [
  { fact: "holding", rows: "holdings", title: "customer.holdings" },
  { fact: "balance", rows: "balances", title: "customer.balances" },
  { fact: "transaction", rows: "transactions", title: "customer.transactions" },
  { fact: "interaction", rows: "interactions", title: "customer.interactions" },
  { fact: "attribute", rows: "attributes", title: "customer.attributes" },
] as const satisfies readonly { fact: Fact; rows: keyof CustomerPage; title: TextKey }[];

/** What the customer has and did, newest first, one kind at a time; the columns are those of the facts themselves. */
export function CustomerFacts({ customer }: { customer: CustomerPage }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { facts } = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = useNarrow();
  const first = tabs.find(({ rows }) => customer[rows].length > 0) ?? tabs[0];
  const chosen = tabs.find(({ fact }) => fact === facts) ?? first;
  const choose = (fact: string): void => void navigate({ search: (held) => ({ ...held, facts: fact }), replace: true, resetScroll: false });
  const titleOf = ({ fact, rows, title }: (typeof tabs)[number]): string => `${t(title)} ${figures.number(customer.counts[fact] ?? customer[rows].length)}`;
  const shown = <Rows fact={chosen.fact} title={t(chosen.title)} rows={customer[chosen.rows]} total={customer.counts[chosen.fact]} />;
  return (
    <Section title={t("customer.facts")}>
      {narrow ? (
        <>
          <Select
            aria-label={t("customer.facts")}
            style={{ width: "100%" }}
            value={chosen.fact}
            onChange={choose}
            options={tabs.map((tab) => ({ value: tab.fact, label: titleOf(tab) }))}
          />
          {shown}
        </>
      ) : (
        <Tabs
          size="small"
          activeKey={chosen.fact}
          onChange={choose}
          items={tabs.map((tab) => ({ key: tab.fact, label: titleOf(tab), children: tab === chosen ? shown : null }))}
        />
      )}
    </Section>
  );
}

type Row = Record<string, string | null>;

function Rows({ fact, title, rows, total }: { fact: Fact; title: string; rows: readonly Row[]; total: number | undefined }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const columns = columnsOf(fact).filter(({ name }) => name !== "customer_id" && rows.some((row) => row[name] != null && row[name] !== ""));
  const keys = new Map(rows.map((row, index) => [row, String(index)]));
  const shown = (name: string, sql: string, value: string | null): string => {
    if (value === null || value === "") return "—";
    if (sql === "date") return figures.day(value);
    if (sql === "timestamp") return figures.wallTime(value);
    if (sql === "decimal(18,4)") return name === "amount" ? figures.money(value) : figures.number(value, 4);
    const words = kindWords(fact, name, value);
    return words === undefined ? value : say(words);
  };
  return (
    <>
      {rows.length > 0 && total !== undefined && total > rows.length && (
        <p className="note">{t("customer.latest_of", { shown: rows.length, total: figures.number(total) })}</p>
      )}
      <DataTable<Row>
        label={title}
        rows={rows}
        rowKey={(row) => keys.get(row) ?? ""}
        empty={<EmptyState title={t("customer.no_facts")} hint={t("customer.no_facts_hint")} />}
        columns={columns.map(({ name, meta }, index) => ({
          key: name,
          title: say(meta.label),
          figure: meta.sql === "decimal(18,4)",
          ...(index === 0 || name === "amount" ? { card: "head" as const } : {}),
          render: (row) => shown(name, meta.sql, row[name] ?? null),
        }))}
      />
    </>
  );
}
