import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import fastifyCookie from "@fastify/cookie";
import fastifyHelmet from "@fastify/helmet";
import fastifyMultipart from "@fastify/multipart";
import fastifyRateLimit from "@fastify/rate-limit";
import fastifyStatic from "@fastify/static";
import fastifySwagger from "@fastify/swagger";
import Fastify, { type FastifyRequest, LogController } from "fastify";
import { jsonSchemaTransform, serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { Jobs } from "../jobs/index.js";
import { log } from "../log.js";
import { ProblemError, problem, refuse } from "../problem.js";
import type { Workspace } from "../workspace/index.js";
import { answerError } from "./answer.js";
import type { Api } from "./api.js";
import { refuseUnkept } from "./characters.js";
import { honourIdempotencyKeys } from "./idempotency.js";

export type { Api } from "./api.js";

/** What every route may use. */
export interface House {
  workspace: Workspace;
  jobs: Jobs;
}

export type Routes = (api: Api, house: House) => void;

declare module "fastify" {
  interface FastifyContextConfig {
    /** No sign-in needed. */
    public?: boolean;
  }
}

export interface ServerOptions {
  house: House;
  routes: readonly Routes[];
  /** Put the actor on the request, or refuse with 401. */
  authenticate(request: FastifyRequest): Promise<void>;
  /** Whose request this is, once authenticated. */
  requesterOf(request: FastifyRequest): string;
  version: string;
  /** A proxy that ends TLS stands before us: believe its X-Forwarded headers. */
  behindProxy?: boolean;
  /** Built workbench; absent in tests of the API. */
  web?: string;
}

/** The one HTTP API, and the workbench beside it. */
export async function buildServer(options: ServerOptions): Promise<Api> {
  const server = Fastify({
    loggerInstance: log,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 4 * 1024 * 1024,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: true,
    // The nearest proxy only: what stands before it in X-Forwarded-For anybody may have written.
    trustProxy: options.behindProxy === true ? (_address: string, hop: number) => hop === 0 : false,
    frameworkErrors: answerError,
  }).withTypeProvider<ZodTypeProvider>() as unknown as Api;
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(answerError);

  await server.register(fastifyCookie);
  await server.register(fastifyRateLimit, { global: false, errorResponseBuilder: (_request, { ttl }) => tooMany(ttl) });
  await server.register(fastifyMultipart, { limits: { files: 1, fileSize: 8 * 1024 ** 3 } });
  await server.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'", "data:"],
        frameAncestors: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
      },
    },
    hsts: false, // set by the proxy that ends TLS
  });
  await server.register(fastifySwagger, {
    openapi: {
      info: { title: "Tierkeep", version: options.version, description: "Customer tiering and maintenance. Problems are application/problem+json (RFC 9457)." },
      components: { securitySchemes: { session: { type: "apiKey", in: "cookie", name: "tierkeep" }, token: { type: "http", scheme: "bearer" } } },
      security: [{ session: [] }, { token: [] }],
    },
    transform: jsonSchemaTransform,
  });

  await server.register(
    async (scope) => {
      const api = scope as unknown as Api;
      api.addHook("onRequest", async (request) => {
        refuseForeignOrigin(request);
        if (request.routeOptions.config.public !== true) await options.authenticate(request);
      });
      api.addHook("preValidation", refuseUnkept);
      honourIdempotencyKeys(api, options.house.workspace, options.requesterOf);
      for (const routes of options.routes) routes(api, options.house);
      api.all("/*", { schema: { hide: true }, config: { public: true } }, () =>
        refuse(
          "http.no_such_path",
          { zh: "接口不存在", en: "There is no such path" },
          { status: 404, hint: { zh: "接口清单见 /api/openapi.json", en: "See /api/openapi.json for what there is" } },
        ),
      );
    },
    { prefix: "/api/v1" },
  );
  server.get("/api/openapi.json", { schema: { hide: true } }, () => server.swagger());
  if (options.web !== undefined && existsSync(options.web)) await serveWorkbench(server, options.web);
  await server.ready();
  return server;
}

/** What a route with `config.rateLimit` answers to whoever asks too often. */
function tooMany(waitMs: number): ProblemError {
  const seconds = Math.ceil(waitMs / 1000);
  const hint = { zh: `请在 ${seconds} 秒后再试。`, en: `Try again in ${seconds} seconds.` };
  return new ProblemError([problem("http.too_many", { zh: "请求过于频繁", en: "Too many requests" }, { hint })], 429);
}

/** A browser says where a request comes from; another site's pages may not act with our cookie. */
function refuseForeignOrigin(request: FastifyRequest): void {
  const origin = request.headers.origin;
  if (origin === undefined || request.method === "GET" || request.method === "HEAD") return;
  if (URL.canParse(origin) && new URL(origin).host === request.headers.host) return;
  refuse("http.foreign_origin", { zh: "请求来自其他网站，已拒绝", en: "The request comes from another site and was refused" }, { status: 403 });
}

async function serveWorkbench(server: Api, directory: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: directory,
    setHeaders: (reply, path) => {
      reply.setHeader("cache-control", path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  server.setNotFoundHandler((request, reply) => {
    if (request.method === "GET" && !request.url.startsWith("/api/") && !request.url.startsWith("/assets/")) return reply.sendFile("index.html");
    return refuse("http.no_such_path", { zh: "页面不存在", en: "There is no such path" }, { status: 404 });
  });
}
