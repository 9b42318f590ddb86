import "../ui/no-eval.js";

import { Link } from "@tanstack/react-router";
import { channelLabels, type Message, messageClassLabels, messageReasonLabels, messageStateLabels } from "../../../src/outreach/schema.js";
import type { Column } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { useWords } from "../ui/words.js";

/** A message in a list: to whom unless that is known, what, why, and whether it may go. */
export function useMessageColumns(toWhom: boolean): Column<Message>[] {
  const { t, say } = useWords();
  const figures = useFigures();
  return [
    ...(toWhom
      ? [
          {
            key: "customer",
            title: t("customers.id"),
            card: "head" as const,
            pinned: true,
            render: (one: Message) => (
              <Link to="/customers/$id" params={{ id: one.customer_id }}>
                {one.customer_id} {one.name}
              </Link>
            ),
          },
        ]
      : [{ key: "title", title: t("outreach.template"), card: "head" as const, render: (one: Message) => say(one.title) }]),
    {
      key: "state",
      title: t("outreach.state"),
      card: "head",
      render: (one) => (
        <div className="message-state">
          <span className={one.state === "prepared" ? "good" : "strong"}>{say(messageStateLabels[one.state])}</span>
          {one.reason !== null && <div className="small muted">{say(messageReasonLabels[one.reason])}</div>}
        </div>
      ),
    },
    {
      key: "body",
      title: t("outreach.body"),
      card: "whole",
      render: (one) => (
        <div className="message-body">
          {toWhom && <div className="small muted">{say(one.title)}</div>}
          <div className="ellipsis" title={one.body}>
            {one.body}
          </div>
        </div>
      ),
    },
    { key: "cause", title: t("outreach.cause"), card: "whole", render: (one) => <div className="message-state">{say(one.cause)}</div> },
    {
      key: "channel",
      title: t("outreach.channel"),
      render: (one) => (
        <span className="nowrap">
          {say(channelLabels[one.channel])} · {say(messageClassLabels[one.class])}
        </span>
      ),
    },
    {
      key: "send_at",
      title: t("outreach.send_at"),
      render: (one) => <span className="nowrap">{one.state === "suppressed" ? "—" : figures.moment(one.send_at)}</span>,
    },
  ];
}
