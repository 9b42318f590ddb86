import "../ui/no-eval.js";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { channelLabels } from "../../../src/outreach/schema.js";
import { type Contact, type CustomerService, type Obligation, obligationStateLabels } from "../../../src/service/schema.js";
import { useMay } from "../access/session.js";
import { DataTable } from "../ui/data-table.js";
import { aboutQuery, useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { EmptyState } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { todayIn } from "./days.js";
import { useOutcomes } from "./outcomes.js";
import { RecordContact } from "./record-contact.js";
import { TaskList } from "./task-list.js";

/** What is due with this customer today, and what to say. */
export function DueNow({ id, who, service }: { id: string; who: string; service: CustomerService | null }): ReactNode {
  const { t } = useWords();
  const mayDo = useMay("work:do");
  const outcomes = useOutcomes();
  const tasks = service?.tasks ?? [];
  return (
    <Section title={t("service.due_now")} aside={mayDo && <RecordContact id={id} who={who} />}>
      {tasks.length === 0 ? (
        <p className="muted">{t(service === null ? "service.no_plan_for" : "service.nothing_due")}</p>
      ) : (
        <TaskList tasks={tasks} outcomes={outcomes} introduce={false} />
      )}
    </Section>
  );
}

/** What was promised, open and settled. */
export function Obligations({ obligations }: { obligations: readonly Obligation[] }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  return (
    <Section title={t("service.promised_to")}>
      <DataTable<Obligation>
        label={t("service.promised_to")}
        rows={obligations}
        rowKey={(one) => String(one.obligation)}
        empty={<EmptyState title={t("service.nothing_promised")} hint={t("service.nothing_promised_hint")} />}
        columns={[
          { key: "title", title: t("service.promise"), card: "head", render: (one) => say(one.title) },
          {
            key: "state",
            title: t("service.state"),
            card: "head",
            render: (one) => <State obligation={one} />,
          },
          { key: "due_on", title: t("service.due_on"), render: (one) => figures.day(one.due_on) },
          { key: "settled_on", title: t("service.settled_on"), render: (one) => figures.day(one.settled_on) },
          { key: "met_by", title: t("service.met_by"), card: "whole", render: (one) => <MetBy obligation={one} /> },
        ]}
      />
    </Section>
  );
}

/** How a promise stands today: one whose time has not begun is not owed yet, one past its day is overdue. */
function State({ obligation: { state, opens_on, due_on } }: { obligation: Obligation }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { data: about } = useQuery(aboutQuery);
  const today = about && todayIn(about.zone);
  if (state === "open" && today !== undefined && opens_on > today)
    return <span className="muted">{t("service.from_day", { day: figures.day(opens_on) })}</span>;
  if (state === "open" && today !== undefined && due_on < today) return <span className="bad strong">{t("service.overdue")}</span>;
  return <span className={state === "missed" ? "bad strong" : state === "met" ? "good" : ""}>{say(obligationStateLabels[state])}</span>;
}

/** By whom and how it was kept, and what shows it. */
function MetBy({ obligation: { met_by } }: { obligation: Obligation }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const channelOf = useChannels();
  if (met_by === null) return <span className="muted">—</span>;
  return (
    <span className="small">
      {[met_by.by, channelOf(met_by.channel), figures.moment(met_by.occurred_at)].join(" · ")}
      {met_by.evidence && ` · ${t("service.evidence")}: ${met_by.evidence}`}
    </span>
  );
}

/** What the customer's tier has at any time, without anybody being asked. */
export function Rights({ rights }: Pick<CustomerService, "rights">): ReactNode {
  const { t, say } = useWords();
  if (rights.length === 0) return null;
  return (
    <Section title={t("service.rights")}>
      <ul className="cards">
        {rights.map(({ title, about }) => (
          <li key={title.zh}>
            {say(title)}
            {about && <span className="small muted"> {say(about)}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function useChannels(): (channel: string) => string {
  const { say } = useWords();
  return (channel) => (channel in channelLabels ? say(channelLabels[channel as keyof typeof channelLabels]) : channel);
}

const AT_FIRST = 5;

/** Every contact, newest first, with what it met; the older ones folded. */
export function Contacts({ contacts }: { contacts: readonly Contact[] }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const older = contacts.slice(AT_FIRST);
  return (
    <Section title={t("service.contacts")}>
      {contacts.length === 0 && <p className="muted">{t("service.no_contacts")}</p>}
      <ContactList contacts={contacts.slice(0, AT_FIRST)} />
      {older.length > 0 && (
        <details className="done-tasks">
          <summary>{t("service.older_contacts", { number: figures.number(older.length), count: older.length })}</summary>
          <ContactList contacts={older} />
        </details>
      )}
    </Section>
  );
}

function ContactList({ contacts }: { contacts: readonly Contact[] }): ReactNode {
  const { t, say, language } = useWords();
  const figures = useFigures();
  const channelOf = useChannels();
  return (
    <ul className="cards">
      {contacts.map((one) => (
        <li key={one.contact}>
          <div className="card-head">
            <span>
              <span className="strong">{channelOf(one.channel)}</span>
              {one.direction === "in" && ` · ${t("service.in")}`}
              {!one.reached && <span className="muted"> · {t("service.not_reached")}</span>}
            </span>
            <span className="small muted">
              {figures.moment(one.occurred_at)} · {one.manager_name ?? one.manager ?? one.recorded_by}
            </span>
          </div>
          {one.note && <p>{one.note}</p>}
          {one.evidence && (
            <p className="small muted">
              {t("service.evidence")}: {one.evidence}
            </p>
          )}
          {one.met.length > 0 && <p className="small good">✓ {t("service.it_met", { met: one.met.map(say).join(language === "zh" ? "、" : ", ") })}</p>}
        </li>
      ))}
    </ul>
  );
}
