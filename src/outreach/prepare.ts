import { copyLine, type Transaction } from "../platform/postgres/atomically.js";
import { type OnProgress, stepProgress } from "../platform/progress.js";
import type { Language, Text } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { fillingOf, ourBank } from "./filling.js";
import { fill } from "./liquid.js";
import { addMessages, noticesSince, type VersionRow } from "./store.js";
import { inForce, noSuchTemplate, templateOf } from "./templates.js";
import { wallClock } from "./wall.js";
import type { Wanted } from "./wanted.js";
import { decide, type QuietHours, quietHours } from "./welcome.js";

export interface PrepareOptions {
  language?: Language;
  /** The name that signs; absent: 本行 / our bank. */
  bank?: Text;
  quiet?: QuietHours;
  report?: OnProgress;
  /** Notices that were prepared since this day are asked for again, day by day: they are known by their keys and not made again. */
  noticesSince?: string;
}

/** What became of the messages somebody wanted; `unchanged` were there before. */
export interface Prepared {
  prepared: number;
  waiting: number;
  suppressed: number;
  unchanged: number;
}

type Settings = Workspace["settings"];

/** One wanted message as the line that brings it into the outbox. */
function lineMaker(templates: Map<string, VersionRow>, settings: Settings, options: PrepareOptions): (wanted: Wanted) => string {
  const { language = "zh", bank = ourBank, quiet = quietHours } = options;
  const { wallOf, momentOf } = wallClock(settings.zone);
  const our = { bank, currency: settings.currency };
  return (wanted) => {
    const version = templates.get(wanted.template) ?? noSuchTemplate(wanted.template, templates.keys());
    const { template, bodies } = templateOf(version);
    const { body, whole } = fill(bodies[language], fillingOf(wanted, our, language));
    const gate = decide(template.class, template.channels, wanted.customer, wallOf(wanted.send_at), quiet);
    const { channel, state, reason } =
      (whole && body !== "") || gate.state === "suppressed" ? gate : { channel: gate.channel, state: "suppressed", reason: "incomplete" };
    const sendAt = state === "waiting" ? momentOf(gate.send_at) : wanted.send_at;
    return copyLine([
      wanted.key,
      wanted.customer.customer_id,
      wanted.manager?.manager_id ?? null,
      version.template,
      version.version,
      channel,
      template.class,
      language,
      body,
      JSON.stringify(wanted.cause),
      state,
      reason,
      sendAt,
      wanted.prepared_on,
    ]);
  };
}

/**
 * Prepare what is wanted into the outbox, within the caller's transaction, which has to see all customers. Each message is
 * made of the template in force, let through the gate and written with its reason; a key that is there changes nothing.
 * Messages stream: `wanted` must not speak to PostgreSQL by this transaction, whose connection is taking in rows meanwhile.
 */
export async function prepareMessages(
  tx: Transaction,
  workspace: Pick<Workspace, "settings">,
  wanted: AsyncIterable<readonly Wanted[]>,
  options: PrepareOptions = {},
): Promise<Prepared> {
  const lineOf = lineMaker(await inForce(tx), workspace.settings, options);
  const progress = options.report === undefined ? undefined : stepProgress(options.report, { zh: "准备消息", en: "Preparing messages" }, "rows", null);
  const known = options.noticesSince === undefined ? undefined : await noticesSince(tx, options.noticesSince);
  let intended = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const batch of wanted) {
      yield batch.flatMap((one) => (known?.has(one.key) === true ? [] : [lineOf(one)])).join("");
      intended += batch.length;
      progress?.(intended);
    }
  }
  const added = await addMessages(tx, lines());
  return { ...added, unchanged: intended - added.prepared - added.waiting - added.suppressed };
}
