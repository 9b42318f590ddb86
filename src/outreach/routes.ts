import { z } from "zod";
import { demand } from "../access/index.js";
import type { Api, House, Routes } from "../platform/http/index.js";
import { Day, Problem, page } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { checkTemplate } from "./check.js";
import { messagesOf, outboxSummary } from "./messages.js";
import { Message, MessageReason, MessageState, OutboxSummary, type TemplateUses, TemplateVersion } from "./schema.js";
import { publishTemplate, templatesInForce } from "./templates.js";

const tags = ["outreach"];
const Words = z.string().max(20_000);
const Origin = z.string().min(1).max(200);

/** `uses`: who sends templates, and what they can offer to them. */
export const routes =
  ({ uses }: { uses: readonly TemplateUses<Workspace>[] }): Routes =>
  (api: Api, { workspace }: House): void => {
    api.get("/templates", { schema: { summary: "Templates, each as in force", tags, response: { 200: page(TemplateVersion) } } }, async ({ actor }) => {
      demand(actor, "customers:read"); // what is written to everybody is nobody's message
      const items = [...(await templatesInForce(workspace)).values()];
      return { items, next: null, total: items.length };
    });
    const NewVersion = z.object({ text: Words, origin: Origin.default("api").meta({ description: "where the text came from: a file's name" }) });
    api.post(
      "/templates",
      { schema: { summary: "Publish a version of a template", tags, body: NewVersion, response: { 200: TemplateVersion } } },
      ({ actor, body }) => {
        demand(actor, "plans:publish");
        return publishTemplate(workspace, actor, body, uses);
      },
    );
    const CheckBody = z.object({ text: Words, file: Origin.optional() });
    api.post(
      "/templates/check",
      { schema: { summary: "Every problem of a template's text", tags, body: CheckBody, response: { 200: z.object({ problems: z.array(Problem) }) } } },
      async ({ actor, body }) => {
        demand(actor, "customers:read");
        return { problems: checkTemplate(body.text, body.file).problems };
      },
    );

    const ListQuery = z.object({
      state: MessageState.optional(),
      reason: MessageReason.optional(),
      template: z.string().max(100).optional(),
      day: Day.optional().meta({ description: "prepared on this day" }),
      customer: z.string().max(300).optional(),
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    });
    api.get(
      "/messages",
      { schema: { summary: "The outbox, the newest first", tags, querystring: ListQuery, response: { 200: page(Message) } } },
      ({ actor, query }) => {
        demand(actor, "messages:read");
        return messagesOf(workspace, actor, query);
      },
    );
    api.get(
      "/messages/summary",
      { schema: { summary: "A day's outbox in figures", tags, querystring: z.object({ day: Day.optional() }), response: { 200: OutboxSummary } } },
      ({ actor, query }) => {
        demand(actor, "messages:read");
        return outboxSummary(workspace, actor, query.day);
      },
    );
  };
