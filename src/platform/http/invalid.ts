import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { labelOf, sayIssue } from "../issue.js";
import { problem } from "../problem.js";
import type { Problem } from "../schema.js";

/** What a schema found: zod's issue as the validator hands it on. */
interface Finding {
  keyword: string;
  instancePath: string;
  message?: string;
  params: Record<string, unknown>;
}

const parts: Record<string, string> = { querystring: "query", params: "path" };

/** One problem for each finding, with its place in the request. */
function invalid(context: string, findings: readonly Finding[]): Problem[] {
  return findings.map(({ keyword, instancePath, message, params }) => {
    const label = labelOf(instancePath.split("/").filter(Boolean), parts[context] ?? context);
    return problem("http.invalid", sayIssue({ ...params, code: keyword, message }, label), { place: { path: `${context}${instancePath}` } });
  });
}

/** What a request misses of its route's schemas; nothing, when that is not what went wrong. */
export const problemsOf = (error: unknown): Problem[] =>
  hasZodFastifySchemaValidationErrors(error) ? invalid(error.validationContext ?? "body", error.validation) : [];
