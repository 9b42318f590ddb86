import { z } from "zod";
import { demand } from "../access/index.js";
import type { Api, House } from "../platform/http/index.js";
import { page } from "../platform/schema.js";
import { listGroups, oneGroup, removeGroup, saveGroups, tagsOf } from "./groups.js";
import { personaOf } from "./persona.js";
import { Group, Persona, Tag } from "./schema.js";

const tags = ["tiering"];
const GroupParam = z.object({ group: z.string() });
const NewGroups = z.union([
  z.object({
    text: z.string().max(1_000_000).meta({ description: "YAML or JSON: one group, or several below groups:" }),
    origin: z.string().max(200).default("groups.yaml").meta({ description: "what problems name the text by" }),
  }),
  z.object({ preset: z.string() }),
]);

export function groupRoutes(api: Api, { workspace }: House): void {
  api.get(
    "/groups",
    {
      schema: {
        summary: "Groups, with how many the reader sees of each",
        tags,
        querystring: z.object({ model: z.string().optional() }),
        response: { 200: page(Group) },
      },
    },
    async ({ actor, query }) => {
      demand(actor, "customers:read");
      const items = await listGroups(workspace, actor, { model: query.model });
      return { items, next: null, total: items.length };
    },
  );
  api.post(
    "/groups",
    { schema: { summary: "Save groups: make or change them", tags, body: NewGroups, response: { 200: z.array(Group) } } },
    ({ actor, body }) => saveGroups(workspace, actor, body),
  );
  api.get("/groups/:group", { schema: { summary: "One group", tags, params: GroupParam, response: { 200: Group } } }, ({ actor, params }) => {
    demand(actor, "customers:read");
    return oneGroup(workspace, actor, params.group);
  });
  api.delete(
    "/groups/:group",
    { schema: { summary: "Remove a group", tags, params: GroupParam, response: { 200: z.object({ removed: z.string() }) } } },
    async ({ actor, params }) => {
      await removeGroup(workspace, actor, params.group);
      return { removed: params.group };
    },
  );
  api.get(
    "/models/:model/persona",
    {
      schema: {
        summary: "The portrait of a group, of a tier, or of everybody",
        tags,
        params: z.object({ model: z.string() }),
        querystring: z.object({ tier: z.string().optional(), group: z.string().optional() }),
        response: { 200: Persona },
      },
    },
    ({ actor, params, query }) => {
      demand(actor, "customers:read");
      return personaOf(workspace, actor, params.model, query);
    },
  );
  api.get(
    "/customers/:id/tags",
    { schema: { summary: "The groups a customer wears as tags", tags, params: z.object({ id: z.string() }), response: { 200: z.array(Tag) } } },
    ({ actor, params }) => {
      demand(actor, "customers:read");
      return tagsOf(workspace, actor, params.id);
    },
  );
}
