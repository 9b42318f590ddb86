import { z } from "zod";
import { demand, operator } from "../../access/index.js";
import type { Api, House } from "../../platform/http/index.js";
import { ProblemError } from "../../platform/problem.js";
import { RENEW } from "../jobs.js";
import { FactReceipt, LiveFacts } from "../schema.js";
import { receiptOf, receiving } from "./deliveries.js";
import { deliveryOf, inOrder } from "./facts.js";
import { webhookDelivery } from "./webhook.js";

const tags = ["intake"];
const COME_AGAIN_SECONDS = 2;

export function liveRoutes(api: Api, house: House): void {
  const { workspace, jobs } = house;
  const receive = receiving(house, async ({ login }) => void (await jobs.enqueueNext(RENEW, login, {})));
  // a process that was killed may have left facts that nothing followed yet
  api.addHook("onListen", async () => void (await jobs.enqueueNext(RENEW, operator.login, {})));
  /** Who is asked to come again is told when. */
  const whenRoom = async <T>(work: Promise<T>, reply: { header(name: string, value: number): unknown }): Promise<T> =>
    work.catch((error: unknown) => {
      if (error instanceof ProblemError && error.status === 503) reply.header("retry-after", COME_AGAIN_SECONDS);
      throw error;
    });

  api.post(
    "/facts",
    {
      schema: {
        summary: "Bring facts one by one or in batches; each is held for good when the answer says so, and counts once whatever is sent again",
        tags,
        body: LiveFacts,
        response: { 200: FactReceipt },
      },
    },
    async ({ actor, body }, reply) => {
      demand(actor, "facts:import");
      const delivery = deliveryOf(actor, body);
      const { batch, outcomes } = await whenRoom(receive(delivery), reply);
      return receiptOf(batch, inOrder(body, delivery.parts, outcomes));
    },
  );

  // the signature is over the bytes that were sent, so the content is read here and nowhere before
  void api.register(async (scope) => {
    const hooks = scope as unknown as Api;
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    hooks.post(
      "/webhooks/:name",
      {
        config: { public: true },
        schema: {
          summary: "What another system sends by itself, signed as Standard Webhooks are, read by the mapping of this name",
          tags,
          params: z.object({ name: z.string() }),
          response: { 200: FactReceipt },
        },
      },
      async ({ params, headers, body }, reply) => {
        const sent = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
        const delivery = await webhookDelivery(workspace, params.name, sent, typeof body === "string" ? body : "");
        const { batch, outcomes } = await whenRoom(receive(delivery), reply);
        return receiptOf(batch, outcomes.flat());
      },
    );
  });
}
