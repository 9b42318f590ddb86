import "../ui/no-eval.js";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Select } from "antd";
import type { ReactNode } from "react";
import { type Message, MessageState, messageReasonLabels, messageStateLabels, type OutboxSummary } from "../../../src/outreach/schema.js";
import { useMay } from "../access/session.js";
import { type Page as PageOf, query, request } from "../api.js";
import { DataTable } from "../ui/data-table.js";
import { FactStrip } from "../ui/facts.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { Nothing } from "../ui/nothing.js";
import { Page } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { useMessageColumns } from "./message-columns.js";
import { messagesIn, outboxQuery } from "./queries.js";

const route = getRouteApi("/inside/outreach");
const SIZE = 50;

/** What would be sent, what waits, what may not be sent, and why. */
export function Outbox(): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { day } = route.useSearch();
  const mayCycle = useMay("cycle:run");
  const { data: found, error, refetch } = useQuery(outboxQuery(day));
  const none = found?.day === null;
  const values = found && {
    day: figures.day(found.day),
    ready: figures.number(messagesIn(found, "prepared")),
    waiting: figures.number(messagesIn(found, "waiting")),
    suppressed: figures.number(messagesIn(found, "suppressed")),
  };
  return (
    <Page
      name={t("ui.outreach")}
      question={t("outreach.question")}
      answer={values ? !none && t("outreach.answer", values) : !error && <Bone width={300} />}
      actions={
        <Link to="/outreach/templates">
          <Button>{t("outreach.templates")}</Button>
        </Link>
      }
    >
      <p className="quiet">{t("outreach.not_connected")}</p>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {none && (
        <Nothing
          title={t("outreach.none")}
          hint={t("outreach.none_hint")}
          action={
            mayCycle && (
              <Link to="/cycle">
                <Button>{t("service.to_cycle")}</Button>
              </Link>
            )
          }
        />
      )}
      {!error && !none && (
        <>
          <States summary={found} />
          <Messages day={found?.day ?? undefined} summary={found} />
        </>
      )}
    </Page>
  );
}

/** How many are in which state, and for which reason they do not go. */
function States({ summary }: { summary: OutboxSummary | undefined }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { day } = route.useSearch();
  const facts = MessageState.options.map((state) => {
    const reasons = (summary?.states ?? []).flatMap(({ reason, messages, ...one }) =>
      one.state === state && reason !== null
        ? [
            <Link key={reason} to="/outreach" search={{ state, reason, day }} resetScroll={false} style={{ display: "block" }}>
              {say(messageReasonLabels[reason])} {figures.number(messages)}
            </Link>,
          ]
        : [],
    );
    return {
      key: state,
      title: say(messageStateLabels[state]),
      value: (
        <Link to="/outreach" search={{ state, day }} resetScroll={false}>
          {figures.number(summary ? messagesIn(summary, state) : 0)}
        </Link>
      ),
      note: state === "prepared" ? t("outreach.ready_note") : reasons.length > 0 ? reasons : t("outreach.no_reason"),
    };
  });
  return <FactStrip label={t("outreach.figures")} loading={summary === undefined} facts={facts} />;
}

function Messages({ day, summary }: { day: string | undefined; summary: OutboxSummary | undefined }): ReactNode {
  const { t, say } = useWords();
  const narrow = useNarrow();
  const { state, reason, template, cursor, page, day: named } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["messages", day, state, reason, template, cursor],
    enabled: day !== undefined,
    queryFn: () => request<PageOf<Message>>(`/messages${query({ day, state, reason, template, cursor, limit: SIZE })}`),
    placeholderData: keepPreviousData,
  });
  const columns = useMessageColumns(true);
  const change = (changed: { state?: string | undefined; reason?: string | undefined; template?: string | undefined }): void =>
    void navigate({ search: { state, reason, template, day: named, ...changed }, state: { trail: [] }, resetScroll: false });
  const width = narrow ? "100%" : 200;
  return (
    <div className="section">
      <div className="filters">
        <Select
          aria-label={t("outreach.state")}
          style={{ width }}
          allowClear
          placeholder={t("outreach.every_state")}
          value={state ?? null}
          onChange={(chosen: string | null | undefined) => change({ state: chosen ?? undefined, reason: undefined })}
          options={MessageState.options.map((one) => ({ value: one, label: say(messageStateLabels[one]) }))}
        />
        <Select
          aria-label={t("outreach.template")}
          style={{ width }}
          allowClear
          placeholder={t("outreach.every_template")}
          value={template ?? null}
          onChange={(chosen: string | null | undefined) => change({ template: chosen ?? undefined })}
          options={(summary?.templates ?? []).map((one) => ({ value: one.template, label: say(one.title) }))}
        />
      </div>
      {list.error ? (
        <ProblemView error={list.error} retry={() => void list.refetch()} />
      ) : (
        <>
          <DataTable
            label={t("outreach.messages")}
            columns={columns}
            rows={list.data?.items}
            rowKey={(one) => String(one.message)}
            stale={list.isPlaceholderData}
            empty={
              <EmptyState
                title={t("outreach.no_match")}
                hint={t("outreach.no_match_hint")}
                action={<Button onClick={() => change({ state: undefined, reason: undefined, template: undefined })}>{t("customers.clear")}</Button>}
              />
            }
          />
          <Pager cursor={cursor} page={page} size={SIZE} shown={list.data?.items.length} next={list.data?.next} total={list.data?.total} />
        </>
      )}
    </div>
  );
}
