import { config } from "zod";

// Schemas that compile themselves probe `new Function`, which the server's content security policy refuses and reports.
config({ jitless: true });
