import { commands as accessCommands } from "../access/commands.js";
import { routes as accessRoutes } from "../access/routes.js";
import type { Actor } from "../access/schema.js";
import { commands as customerCommands } from "../customer/commands.js";
import { tables as customerTables } from "../customer/parts.js";
import { routes as customerRoutes } from "../customer/routes.js";
import { commands as intakeCommands } from "../intake/commands.js";
import { jobs as intakeJobs } from "../intake/jobs.js";
import { step as importStep, onOpen as intakeOnOpen, tables as intakeTables } from "../intake/parts.js";
import { routes as intakeRoutes } from "../intake/routes.js";
import { commands as outreachCommands } from "../outreach/commands.js";
import * as outreach from "../outreach/parts.js";
import { routes as outreachRoutes } from "../outreach/routes.js";
import { commands as calendarCommands } from "../platform/calendar/commands.js";
import type { ChangeReader } from "../platform/changes/index.js";
import type { Commands } from "../platform/cli/index.js";
import { interruptSteps, type StepKind } from "../platform/cycle/index.js";
import type { Routes } from "../platform/http/index.js";
import type { JobKind } from "../platform/jobs/index.js";
import type { Table } from "../platform/warehouse/tables.js";
import type { Workspace } from "../platform/workspace/index.js";
import { commands as portfolioCommands } from "../portfolio/commands.js";
import { jobs as portfolioJobs } from "../portfolio/jobs.js";
import * as portfolio from "../portfolio/parts.js";
import { routes as portfolioRoutes } from "../portfolio/routes.js";
import { commands as serviceCommands } from "../service/commands.js";
import { jobs as serviceJobs } from "../service/jobs.js";
import * as service from "../service/parts.js";
import { routes as serviceRoutes } from "../service/routes.js";
import { commands as tieringCommands } from "../tiering/commands.js";
import { jobs as tieringJobs } from "../tiering/jobs.js";
import {
  onOpen as tieringOnOpen,
  personalData as tieringPersonalData,
  renew as tieringRenew,
  tables as tieringTables,
  step as tierStep,
} from "../tiering/parts.js";
import { routes as tieringRoutes } from "../tiering/routes.js";

/** What later features bring to earlier ones: one line per list, each defined by the feature that takes it. */
const panels = [portfolio.customerPanel, service.customerPanel, outreach.customerPanel];
export const personalData = [tieringPersonalData, portfolio.personalData, outreach.personalData, service.personalData];
const workload = [service.workload];
const references = [portfolio.references, service.references];
const uses = [service.templateUses];

/** What the features bring, in the order of the pipeline: one line per feature and list. */
export const routes: readonly Routes[] = [
  accessRoutes,
  customerRoutes({ panels, personalData }),
  intakeRoutes,
  tieringRoutes({ references, workload }),
  portfolioRoutes,
  outreachRoutes({ uses }),
  serviceRoutes,
];
export const commands: readonly Commands[] = [
  accessCommands,
  customerCommands,
  intakeCommands,
  tieringCommands,
  portfolioCommands,
  outreachCommands,
  serviceCommands,
  calendarCommands,
];
/** Those that bring facts. */
export const feeds: readonly JobKind[] = intakeJobs;
export const jobs: readonly JobKind[] = [...tieringJobs({ references, workload }), ...portfolioJobs({ workload }), ...serviceJobs];
export const tables: readonly Table[] = [...customerTables, ...intakeTables, ...tieringTables];

/** Who follows the change log, in the order of the pipeline. */
export const readers: readonly ChangeReader[] = [portfolio.onChange(workload), service.onChange];

/** What follows facts that arrive, in the order of the pipeline. */
export const renewals = [tieringRenew];

/** The daily cycle. */
export const steps: readonly StepKind<Actor>[] = [
  importStep,
  service.steps.contacts,
  tierStep,
  portfolio.step(workload),
  service.steps.plan,
  service.steps.messages,
];

/** Run once when a workspace is opened: finish or undo what a killed process left. */
export const onOpen: readonly ((workspace: Workspace) => Promise<void>)[] = [
  intakeOnOpen,
  tieringOnOpen,
  portfolio.onOpen,
  (workspace) => interruptSteps(workspace, steps),
];
