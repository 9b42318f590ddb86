import type { Cli } from "../platform/cli/index.js";
import { channelLabels, type Message, messageClassLabels, messageReasonLabels, messageStateLabels, type TemplateVersion } from "./schema.js";

/** Answers as people read them on a terminal. */
export function sayMessages(messages: readonly Message[], cli: Cli): string {
  const head = [
    { zh: "准备日", en: "Prepared" },
    { zh: "客户号", en: "Customer" },
    { zh: "模板", en: "Template" },
    { zh: "渠道", en: "Channel" },
    { zh: "状态", en: "State" },
    { zh: "事由", en: "Why" },
    { zh: "正文", en: "Text" },
  ];
  const rows = messages.map((one) => {
    const state = cli.text(messageStateLabels[one.state]);
    const reason = one.reason === null ? "" : ` (${cli.text(messageReasonLabels[one.reason])})`;
    return [one.prepared_on, one.customer_id, cli.text(one.title), cli.text(channelLabels[one.channel]), `${state}${reason}`, cli.text(one.cause), one.body];
  });
  return cli.table(head.map(cli.text), rows);
}

export function sayTemplates(templates: readonly TemplateVersion[], cli: Cli): string {
  const head = [
    { zh: "模板", en: "Template" },
    { zh: "名称", en: "Title" },
    { zh: "类别", en: "Class" },
    { zh: "渠道", en: "Channels" },
    { zh: "版本", en: "Version" },
    { zh: "示例", en: "Example" },
  ];
  const rows = templates.map((one) => {
    const channels = one.channels.map((channel) => cli.text(channelLabels[channel])).join(", ");
    return [one.template, cli.text(one.title), cli.text(messageClassLabels[one.class]), channels, one.version, cli.text(one.example)];
  });
  return cli.table(head.map(cli.text), rows);
}
