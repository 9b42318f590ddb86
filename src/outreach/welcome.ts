import type { MessageChannel, MessageClass, MessageReason, MessageState } from "./schema.js";
import type { Addressee } from "./wanted.js";

/** Whom a message would reach, as far as the gate has to know. */
export type Reach = Pick<Addressee, "phone" | "email" | "do_not_contact" | "marketing_consent">;

/** Wall times 'HH:MM' of the workspace's zone between which nobody is disturbed; over midnight when `from` is the later. */
export interface QuietHours {
  from: string;
  to: string;
}
export const quietHours: QuietHours = { from: "21:00", to: "08:00" };

export interface Decision {
  channel: MessageChannel;
  state: MessageState;
  reason: MessageReason | null;
  /** When it may go, as wall time. */
  send_at: string;
}

/** What each class of message has to regard. */
const regards = {
  legal: { wish: false, consent: false, quiet: false },
  notice: { wish: false, consent: false, quiet: true },
  service: { wish: true, consent: false, quiet: true },
  marketing: { wish: true, consent: true, quiet: true },
} as const satisfies Record<MessageClass, { wish: boolean; consent: boolean; quiet: boolean }>;

/** A mainland mobile number, also with spaces, hyphens or the country's code; landlines take no texts. */
const isMobile = (phone: string): boolean => /^(?:(?:\+|00)?86)?1[3-9]\d{9}$/.test(phone.replaceAll(/[\s-]/g, ""));
const isEmail = (email: string): boolean => /^[^\s@<>,;]+@[^\s@<>,;.]+(?:\.[^\s@<>,;.]+)+$/.test(email.trim());

type Address = "good" | "bad" | "none";
const judged = (address: string | null, isGood: (address: string) => boolean): Address =>
  address === null || address.trim() === "" ? "none" : isGood(address) ? "good" : "bad";

/** Whether a channel leads to the customer. No fact tells a WeChat account yet. */
const addresses = {
  sms: ({ phone }) => judged(phone, isMobile),
  email: ({ email }) => judged(email, isEmail),
  wechat: () => "none",
} as const satisfies Record<MessageChannel, (reach: Reach) => Address>;

/** The wall time at which quiet hours around this wall time end; itself when it is not in them. */
export function afterQuiet(wall: string, { from, to }: QuietHours): string {
  const [day = "", time = ""] = wall.split("T");
  const late = from > to && time >= from;
  const early = from > to ? time < to : time >= from && time < to;
  if (early) return `${day}T${to}:00`;
  if (!late) return wall;
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return `${next.toISOString().slice(0, 10)}T${to}:00`;
}

/** The gate: by which channel a message goes, whether it may, and when. `sendAt` is a wall time 'YYYY-MM-DDTHH:MM:SS'. */
export function decide(
  messageClass: MessageClass,
  channels: readonly MessageChannel[],
  reach: Reach,
  sendAt: string,
  quiet: QuietHours = quietHours,
): Decision {
  const { wish, consent, quiet: waits } = regards[messageClass];
  const judgements = channels.map((channel) => ({ channel, address: addresses[channel](reach) }));
  const good = judgements.find(({ address }) => address === "good");
  const bad = judgements.find(({ address }) => address === "bad");
  const channel = (good ?? bad ?? judgements[0])?.channel;
  if (channel === undefined) throw new Error("a template has at least one channel");
  const suppressed = (reason: MessageReason): Decision => ({ channel, state: "suppressed", reason, send_at: sendAt });
  if (wish && reach.do_not_contact) return suppressed("do_not_contact");
  if (consent && !reach.marketing_consent) return suppressed("no_consent");
  if (good === undefined) return suppressed(bad === undefined ? "no_address" : "bad_address");
  const later = waits ? afterQuiet(sendAt, quiet) : sendAt;
  return later === sendAt
    ? { channel, state: "prepared", reason: null, send_at: sendAt }
    : { channel, state: "waiting", reason: "quiet_hours", send_at: later };
}
