import { z } from "zod";
import { Name, Text } from "../platform/schema.js";

/** How somebody can be reached. What a person has to do (call, visit, letter) is a channel like any other. */
export const Channel = z.enum(["call", "visit", "wechat", "sms", "email", "letter"]);
export type Channel = z.infer<typeof Channel>;

export const channelLabels = {
  call: { zh: "电话", en: "Call" },
  visit: { zh: "上门拜访", en: "Visit" },
  wechat: { zh: "微信", en: "WeChat" },
  sms: { zh: "短信", en: "SMS" },
  email: { zh: "电子邮件", en: "E-mail" },
  letter: { zh: "信函", en: "Letter" },
} as const satisfies Record<Channel, Text>;

/** What a message is, which decides whom it may reach: the law's, what the contract needs, service, or marketing. */
export const MessageClass = z.enum(["legal", "notice", "service", "marketing"]);
export type MessageClass = z.infer<typeof MessageClass>;

export const messageClassLabels = {
  legal: { zh: "法定告知", en: "Legal" },
  notice: { zh: "通知", en: "Notice" },
  service: { zh: "服务关怀", en: "Service" },
  marketing: { zh: "营销", en: "Marketing" },
} as const satisfies Record<MessageClass, Text>;

/** Channels a message is sent by, rather than a person's doing. */
export const MessageChannel = Channel.extract(["sms", "email", "wechat"]);
export type MessageChannel = z.infer<typeof MessageChannel>;

/** A text with places to fill, as people write it. Places are {{ customer.name }} and the like; see docs/templates.md. */
export const Template = z.strictObject({
  template: Name,
  title: Text,
  class: MessageClass,
  channels: z.array(MessageChannel).min(1).meta({ description: "the first by which the customer can be reached is taken" }),
  body: z.strictObject({ zh: z.string(), en: z.string() }).meta({ description: "at most 500 characters each, and never empty" }),
});
export type Template = z.infer<typeof Template>;

/** A published version of a template, or one that comes with the product and was not changed. Its text is what was written, to the byte. */
export const TemplateVersion = Template.extend({
  version: z.number().int().meta({ description: "0: as it comes with the product" }),
  origin: z.string().meta({ description: "preset:birthday, or the file it came from" }),
  published_at: z.string().nullable(),
  published_by: z.string().nullable(),
  example: Text.meta({ description: "filled with a made-up customer" }),
  text: z.string(),
});
export type TemplateVersion = z.infer<typeof TemplateVersion>;

/** Prepared: it could be sent. Waiting: later, for a reason. Suppressed: it may not be sent, for a reason. */
export const MessageState = z.enum(["prepared", "waiting", "suppressed"]);
export type MessageState = z.infer<typeof MessageState>;

export const messageStateLabels = {
  prepared: { zh: "待发送", en: "Ready to send" },
  waiting: { zh: "等待", en: "Waiting" },
  suppressed: { zh: "不发送", en: "Not sent" },
} as const satisfies Record<MessageState, Text>;

/** Why a message waits or is not sent. */
export const MessageReason = z.enum(["quiet_hours", "no_address", "bad_address", "do_not_contact", "no_consent", "incomplete", "undone"]);
export type MessageReason = z.infer<typeof MessageReason>;

export const messageReasonLabels = {
  quiet_hours: { zh: "夜间免打扰，到时再发", en: "Quiet hours: it waits until they end" },
  no_address: { zh: "没有可用的联系方式", en: "There is no number or address to send to" },
  bad_address: { zh: "联系方式无效", en: "The number or address is not valid" },
  do_not_contact: { zh: "客户要求免打扰", en: "The customer asked not to be contacted" },
  no_consent: { zh: "没有营销授权", en: "The customer has not agreed to marketing" },
  undone: { zh: "所说的事已撤销或又变了", en: "What it tells of was undone, or became another" },
  incomplete: { zh: "正文有内容缺失或为空", en: "The text would be empty, or something it speaks of is not known" },
} as const satisfies Record<MessageReason, Text>;

/** One message of the outbox: to whom, what, why, and whether it may go. */
export const Message = z.object({
  message: z.number().int(),
  customer_id: z.string(),
  name: z.string().nullable(),
  manager: z.string().nullable(),
  template: z.string(),
  title: Text.meta({ description: "of the template" }),
  channel: MessageChannel,
  class: MessageClass,
  body: z.string().meta({ description: "as the customer would read it; hidden from who may not read personal data" }),
  cause: Text.meta({ description: "why there is this message" }),
  state: MessageState,
  reason: MessageReason.nullable(),
  send_at: z.string(),
  prepared_on: z.string(),
});
export type Message = z.infer<typeof Message>;

/** The outbox in figures, of the messages the reader may see: per day of preparation, newest first. */
export const OutboxSummary = z.object({
  day: z.string().nullable().meta({ description: "the last day messages were prepared; null: there are none" }),
  states: z.array(z.object({ state: MessageState, reason: MessageReason.nullable(), messages: z.number().int() })),
  templates: z.array(z.object({ template: z.string(), title: Text, messages: z.number().int(), suppressed: z.number().int() })),
});
export type OutboxSummary = z.infer<typeof OutboxSummary>;

/** Offered by later features: who sends a template on occasions that cannot offer some of the places it speaks of. */
export type TemplateUses<Workspace> = (
  workspace: Workspace,
  template: string,
  places: readonly string[],
) => Promise<readonly { what: Text; missing: readonly string[] }[]>;
