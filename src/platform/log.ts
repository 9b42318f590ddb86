import { pino } from "pino";

/** Logs go to stderr: stdout belongs to answers. Personal data never comes here; redact is the second fence. */
export const log = pino(
  {
    level: process.env["TIERKEEP_LOG"] ?? "warn",
    redact: ["req.headers.authorization", "req.headers.cookie", "*.password", "*.token", "*.phone", "*.email", "*.id_number"],
  },
  pino.destination({ dest: 2, sync: true }),
);
