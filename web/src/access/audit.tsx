import "../ui/no-eval.js";

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { type AuditAction, type AuditEntry, type AuditVerification, auditActionLabels, auditSubject } from "../../../src/access/schema.js";
import { type Page as PageOf, query, request } from "../api.js";
import { DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { Page, Section } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { useWho } from "./who.js";

const route = getRouteApi("/inside/audit");
const SIZE = 50;
const actions = Object.keys(auditActionLabels) as AuditAction[];

interface Filters {
  actor?: string | undefined;
  action?: string | undefined;
  customer?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Who did what, to whom and when; and whether nobody changed it since. */
export function Audit(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const who = useWho();
  const { actor, action, customer, from, to, cursor, page } = route.useSearch();
  const filters: Filters = { actor, action, customer, from, to };
  const navigate = route.useNavigate();
  const entries = useQuery({
    queryKey: ["audit", filters, cursor],
    queryFn: () => request<PageOf<AuditEntry>>(`/audit${query({ ...filters, cursor, limit: SIZE })}`),
    placeholderData: keepPreviousData,
  });
  const narrowed = Object.values(filters).some((one) => one !== undefined);
  const change = (changed: Filters): void => void navigate({ search: { ...filters, ...changed }, state: { trail: [] } });
  const clear = <Button onClick={() => void navigate({ search: {}, state: { trail: [] } })}>{t("customers.clear")}</Button>;
  return (
    <Page name={t("access.audit")} question={t("access.audit_question")} answer={t("access.audit_about")}>
      <Verification />
      <div className="section">
        <AuditFilters key={JSON.stringify(filters)} filters={filters} onChange={change} clear={narrowed && clear} />
        {entries.error ? (
          <ProblemView error={entries.error} retry={() => void entries.refetch()} />
        ) : (
          <>
            <DataTable<AuditEntry>
              label={t("access.audit")}
              rows={entries.data?.items}
              rowKey={(entry) => String(entry.id)}
              stale={entries.isPlaceholderData}
              empty={
                narrowed ? (
                  <EmptyState title={t("access.audit_no_match")} hint={t("access.audit_no_match_hint")} action={clear} />
                ) : (
                  <EmptyState title={t("access.audit_empty")} hint={t("access.audit_empty_hint")} />
                )
              }
              columns={[
                { key: "at", title: t("access.audit_at"), card: "head", render: (entry) => <span className="nowrap">{figures.moment(entry.at)}</span> },
                { key: "actor", title: t("access.audit_actor"), card: "head", render: (entry) => who(entry.actor) },
                {
                  key: "action",
                  title: t("access.audit_action"),
                  card: "whole",
                  render: (entry) => <span className="nowrap">{say(auditActionLabels[entry.action])}</span>,
                },
                { key: "subject", title: t("access.audit_subject"), card: "whole", render: (entry) => <Subject entry={entry} /> },
                { key: "detail", title: t("access.audit_detail"), card: "whole", render: (entry) => <Detail detail={entry.detail} /> },
              ]}
            />
            <Pager cursor={cursor} page={page} size={SIZE} shown={entries.data?.items.length} next={entries.data?.next} total={entries.data?.total} />
          </>
        )}
      </div>
    </Page>
  );
}

interface AuditFiltersProps {
  filters: Filters;
  onChange: (changed: Filters) => void;
  clear: ReactNode;
}

const told = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());

function AuditFilters({ filters, onChange, clear }: AuditFiltersProps): ReactNode {
  const { t, say } = useWords();
  const [actor, setActor] = useState(filters.actor ?? "");
  const [customer, setCustomer] = useState(filters.customer ?? "");
  const [days, setDays] = useState({ from: filters.from ?? "", to: filters.to ?? "" });
  const ids = useId();
  // Whatever is sent, what was typed goes with it: the page is asked anew, and so are the fields.
  const typed = { actor: told(actor), customer: told(customer), from: told(days.from), to: told(days.to) };
  const apply = (submitted: FormEvent): void => {
    submitted.preventDefault();
    onChange(typed);
  };
  const day = (name: "from" | "to", title: string): ReactNode => (
    <div className="field">
      <label className="label" htmlFor={`${ids} ${name}`}>
        {title}
      </label>
      <Input id={`${ids} ${name}`} type="date" value={days[name]} onChange={({ target }) => setDays((held) => ({ ...held, [name]: target.value }))} />
    </div>
  );
  return (
    <form className="filters" onSubmit={apply}>
      <div className="field">
        <label className="label" htmlFor={`${ids} actor`}>
          {t("access.audit_actor")}
        </label>
        <Input id={`${ids} actor`} value={actor} onChange={({ target }) => setActor(target.value)} />
      </div>
      <div className="field">
        <label className="label" htmlFor={`${ids} customer`}>
          {t("customers.id")}
        </label>
        <Input id={`${ids} customer`} value={customer} onChange={({ target }) => setCustomer(target.value)} />
      </div>
      <div className="field owner">
        <span className="label" aria-hidden="true">
          {t("access.audit_action")}
        </span>
        <Select
          aria-label={t("access.audit_action")}
          style={{ width: "100%" }}
          allowClear
          placeholder={t("access.audit_every_action")}
          value={filters.action ?? null}
          onChange={(chosen: string | null | undefined) => onChange({ ...typed, action: chosen ?? undefined })}
          options={actions.map((one) => ({ value: one, label: say(auditActionLabels[one]) }))}
        />
      </div>
      {day("from", t("access.audit_from"))}
      {day("to", t("access.audit_to"))}
      <div className="field">
        <span className="label">&nbsp;</span>
        <div style={{ display: "flex", gap: 8 }}>
          <Button type="primary" htmlType="submit">
            {t("customers.apply")}
          </Button>
          {clear}
        </div>
      </div>
    </form>
  );
}

/** What it was about; a customer's page is one step away. */
function Subject({ entry: { subject, detail } }: { entry: AuditEntry }): ReactNode {
  const { say } = useWords();
  const { kind, which } = auditSubject(subject);
  const own = subject.startsWith("customer:");
  const customer = own ? which : detail["customer"];
  return (
    <>
      {say(kind)} {!own && which}
      {typeof customer === "string" && (
        <>
          {!own && " · "}
          <Link to="/customers/$id" params={{ id: customer }}>
            {customer}
          </Link>
        </>
      )}
    </>
  );
}

/** What was written beside it, as it was written. */
function Detail({ detail: { customer: _, ...detail } }: Pick<AuditEntry, "detail">): ReactNode {
  const parts = Object.entries(detail).filter(([, value]) => value !== null);
  return (
    <span className="small muted">{parts.map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(" · ")}</span>
  );
}

function Verification(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const verify = useMutation({ mutationFn: () => request<AuditVerification>("/audit/verification") });
  const found = verify.data;
  return (
    <Section
      title={t("access.audit_chain")}
      aside={
        <Button loading={verify.isPending} onClick={() => verify.mutate()}>
          {t("access.audit_verify")}
        </Button>
      }
    >
      <div role="status" style={{ minHeight: "1.65em" }}>
        {found === undefined && !verify.error && <span className="muted">{t("access.audit_not_verified")}</span>}
        {found?.whole === true && (
          <span className="good strong">✓ {t("access.audit_whole", { entries: figures.number(found.entries), unsealed: figures.number(found.unsealed) })}</span>
        )}
        {found?.whole === false && (
          <>
            <span className="bad strong">✗ {t("access.audit_broken", { seal: figures.number(found.broken?.seal ?? null) })}</span>{" "}
            {found.broken && say(found.broken.reason)} {t("access.audit_broken_hint")}
          </>
        )}
        {verify.error && <ProblemView error={verify.error} />}
      </div>
    </Section>
  );
}
