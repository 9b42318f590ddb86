import { commands as accessCommands } from "../access/commands.js";
import { routes as accessRoutes } from "../access/routes.js";
import { commands as customerCommands } from "../customer/commands.js";
import { tables as customerTables } from "../customer/parts.js";
import { routes as customerRoutes } from "../customer/routes.js";
import { commands as intakeCommands } from "../intake/commands.js";
import { jobs as intakeJobs } from "../intake/jobs.js";
import { onOpen as intakeOnOpen, tables as intakeTables } from "../intake/parts.js";
import { routes as intakeRoutes } from "../intake/routes.js";
import { commands as outreachCommands } from "../outreach/commands.js";
import { routes as outreachRoutes } from "../outreach/routes.js";
import { commands as calendarCommands } from "../platform/calendar/commands.js";
import type { Commands } from "../platform/cli/index.js";
import type { Routes } from "../platform/http/index.js";
import type { JobKind } from "../platform/jobs/index.js";
import type { Table } from "../platform/warehouse/tables.js";
import type { Workspace } from "../platform/workspace/index.js";
import { commands as tieringCommands } from "../tiering/commands.js";
import { jobs as tieringJobs } from "../tiering/jobs.js";
import { onOpen as tieringOnOpen, personalData as tieringPersonalData, tables as tieringTables } from "../tiering/parts.js";
import { routes as tieringRoutes } from "../tiering/routes.js";

/** What the features bring, in the order of the pipeline: one line per feature and list. */
export const routes: readonly Routes[] = [accessRoutes, customerRoutes({ panels: [], personalData: [tieringPersonalData] }), intakeRoutes, tieringRoutes];
export const commands: readonly Commands[] = [accessCommands, customerCommands, intakeCommands, tieringCommands, calendarCommands];
export const jobs: readonly JobKind[] = [...intakeJobs, ...tieringJobs];
export const tables: readonly Table[] = [...customerTables, ...intakeTables, ...tieringTables];

/** Run once when a workspace is opened: finish or undo what a killed process left. */
export const onOpen: readonly ((workspace: Workspace) => Promise<void>)[] = [intakeOnOpen, tieringOnOpen];
