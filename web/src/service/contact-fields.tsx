import "../ui/no-eval.js";

import { Form, Input, Select } from "antd";
import type { ReactNode } from "react";
import { Channel, channelLabels } from "../../../src/outreach/schema.js";
import { useWords } from "../ui/words.js";

interface ContactFieldsProps {
  /** Channels to put first: those that count. */
  first: readonly Channel[];
  evidence: boolean;
}

/** How the customer was contacted, what shows it, and a note. */
export function ContactFields({ first, evidence }: ContactFieldsProps): ReactNode {
  const { t, say } = useWords();
  const channels = [...first, ...Channel.options.filter((channel) => !first.includes(channel))];
  return (
    <>
      <Form.Item name="channel" label={t("service.channel")}>
        <Select options={channels.map((channel) => ({ value: channel, label: say(channelLabels[channel]) }))} />
      </Form.Item>
      {evidence && (
        <Form.Item
          name="evidence"
          label={t("service.evidence")}
          extra={t("service.evidence_hint")}
          rules={[{ required: true, whitespace: true, message: t("service.evidence_missing") }]}
        >
          <Input maxLength={500} />
        </Form.Item>
      )}
      <Form.Item name="note" label={t("service.note")}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} placeholder={t("service.note_hint")} />
      </Form.Item>
    </>
  );
}

/** Said, or nothing at all. */
export const said = (text: string | undefined): string | undefined => (text === undefined || text.trim() === "" ? undefined : text.trim());
