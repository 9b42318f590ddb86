import type { ReactNode } from "react";
import type { Message } from "../../../src/outreach/schema.js";
import { DataTable } from "../ui/data-table.js";
import { Section } from "../ui/page.js";
import { EmptyState } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { useMessageColumns } from "./message-columns.js";

/** The latest messages to one customer. */
export function CustomerMessages({ messages }: { messages: readonly Message[] }): ReactNode {
  const { t } = useWords();
  const columns = useMessageColumns(false);
  return (
    <Section title={t("outreach.messages")} aside={<span className="note">{t("outreach.prepared_only")}</span>}>
      <DataTable
        label={t("outreach.messages")}
        columns={columns}
        rows={messages}
        rowKey={(one) => String(one.message)}
        empty={<EmptyState title={t("outreach.none_to")} hint={t("outreach.none_to_hint")} />}
      />
    </Section>
  );
}
