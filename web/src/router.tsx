import { QueryCache, QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, type ParsedLocation, redirect } from "@tanstack/react-router";
import { sessionQuery } from "./access/session.js";
import { ProblemError } from "./api.js";
import { BrokenPage, NoPage } from "./ui/failures.js";
import { Shell } from "./ui/shell.js";

/** Everything a page remembers is text in its address. */
function only<Name extends string>(...names: Name[]): (search: Record<string, unknown>) => { [Key in Name]?: string | undefined } {
  return (search) =>
    Object.fromEntries(names.flatMap((name) => (typeof search[name] === "string" && search[name] !== "" ? [[name, search[name]]] : []))) as {
      [Key in Name]?: string;
    };
}

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: only("return"),
  component: lazyRouteComponent(() => import("./access/sign-in.js"), "SignIn"),
});

const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: "/sign-in", search: { return: location.href } });
  },
});

const overview = createRoute({
  getParentRoute: () => inside,
  path: "/",
  validateSearch: only("model"),
  // an account manager comes to work: the first page is their day
  beforeLoad: async ({ context, location }: { context: { queries: QueryClient }; location: ParsedLocation }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (session?.actor.role === "account_manager" && location.searchStr === "") throw redirect({ to: "/today" });
  },
  component: lazyRouteComponent(() => import("./tiering/overview.js"), "Overview"),
});

const customers = createRoute({
  getParentRoute: () => inside,
  path: "/customers",
  validateSearch: only("model", "tier", "where", "from", "q", "manager", "phase", "group", "sort", "cursor", "page"),
  component: lazyRouteComponent(() => import("./tiering/customers.js"), "Customers"),
});

const customer = createRoute({
  getParentRoute: () => inside,
  path: "/customers/$id",
  validateSearch: only("model", "facts"),
  component: lazyRouteComponent(() => import("./customer/customer.js"), "CustomerView"),
});

const groups = createRoute({
  getParentRoute: () => inside,
  path: "/groups",
  validateSearch: only("form", "model", "where"),
  component: lazyRouteComponent(() => import("./tiering/groups.js"), "Groups"),
});

const group = createRoute({
  getParentRoute: () => inside,
  path: "/groups/$group",
  validateSearch: only("tier"),
  component: lazyRouteComponent(() => import("./tiering/persona.js"), "GroupPersona"),
});

const persona = createRoute({
  getParentRoute: () => inside,
  path: "/persona",
  validateSearch: only("model", "tier"),
  component: lazyRouteComponent(() => import("./tiering/persona.js"), "TierPersona"),
});

const models = createRoute({
  getParentRoute: () => inside,
  path: "/tiers",
  component: lazyRouteComponent(() => import("./tiering/models.js"), "Models"),
});

const model = createRoute({
  getParentRoute: () => inside,
  path: "/tiers/$model",
  validateSearch: only("version", "compare"),
  component: lazyRouteComponent(() => import("./tiering/model.js"), "ModelView"),
});

const studio = createRoute({
  getParentRoute: () => inside,
  path: "/tiers/$model/studio",
  validateSearch: only("version"),
  component: lazyRouteComponent(() => import("./tiering/studio.js"), "Studio"),
});

const near = createRoute({
  getParentRoute: () => inside,
  path: "/tiers/$model/near",
  validateSearch: only("within", "tier", "measure", "cursor", "page"),
  component: lazyRouteComponent(() => import("./tiering/near.js"), "NearView"),
});

const fits = createRoute({
  getParentRoute: () => inside,
  path: "/tiers/$model/fits",
  component: lazyRouteComponent(() => import("./tiering/fits.js"), "FitsView"),
});

const proposals = createRoute({
  getParentRoute: () => inside,
  path: "/proposals",
  validateSearch: only("state", "cursor", "page"),
  component: lazyRouteComponent(() => import("./tiering/proposals.js"), "Proposals"),
});

const proposal = createRoute({
  getParentRoute: () => inside,
  path: "/proposals/$proposal",
  component: lazyRouteComponent(() => import("./tiering/proposal.js"), "ProposalView"),
});

const overrides = createRoute({
  getParentRoute: () => inside,
  path: "/overrides",
  validateSearch: only("state", "cursor", "page"),
  component: lazyRouteComponent(() => import("./tiering/overrides.js"), "Overrides"),
});

const runs = createRoute({
  getParentRoute: () => inside,
  path: "/runs",
  validateSearch: only("model", "cursor", "page", "job"),
  component: lazyRouteComponent(() => import("./tiering/runs.js"), "Runs"),
});

const today = createRoute({
  getParentRoute: () => inside,
  path: "/today",
  validateSearch: only("manager", "day", "branch", "cursor", "page"),
  component: lazyRouteComponent(() => import("./service/today.js"), "Today"),
});

const portfolio = createRoute({
  getParentRoute: () => inside,
  path: "/portfolio",
  validateSearch: only("branch", "sort", "cursor", "page", "job"),
  component: lazyRouteComponent(() => import("./portfolio/portfolio.js"), "Portfolio"),
});

const unplaced = createRoute({
  getParentRoute: () => inside,
  path: "/portfolio/unplaced",
  validateSearch: only("reason", "branch", "cursor", "page"),
  component: lazyRouteComponent(() => import("./portfolio/unplaced.js"), "Unplaced"),
});

const policy = createRoute({
  getParentRoute: () => inside,
  path: "/portfolio/policy",
  component: lazyRouteComponent(() => import("./portfolio/policy.js"), "Policy"),
});

const manager = createRoute({
  getParentRoute: () => inside,
  path: "/portfolio/$manager",
  component: lazyRouteComponent(() => import("./portfolio/manager.js"), "ManagerView"),
});

const service = createRoute({
  getParentRoute: () => inside,
  path: "/service",
  validateSearch: only("quarter"),
  component: lazyRouteComponent(() => import("./service/service.js"), "Service"),
});

const plan = createRoute({
  getParentRoute: () => inside,
  path: "/service/$plan",
  component: lazyRouteComponent(() => import("./service/plan.js"), "PlanView"),
});

const outbox = createRoute({
  getParentRoute: () => inside,
  path: "/outreach",
  validateSearch: only("state", "reason", "template", "day", "cursor", "page"),
  component: lazyRouteComponent(() => import("./outreach/outbox.js"), "Outbox"),
});

const templates = createRoute({
  getParentRoute: () => inside,
  path: "/outreach/templates",
  component: lazyRouteComponent(() => import("./outreach/templates.js"), "Templates"),
});

const cycle = createRoute({
  getParentRoute: () => inside,
  path: "/cycle",
  validateSearch: only("cursor", "page", "job"),
  component: lazyRouteComponent(() => import("./cycle/cycle.js"), "Cycle"),
});

const imports = createRoute({
  getParentRoute: () => inside,
  path: "/data",
  validateSearch: only("cursor", "page", "job"),
  component: lazyRouteComponent(() => import("./intake/imports.js"), "Imports"),
});

const batch = createRoute({
  getParentRoute: () => inside,
  path: "/data/$batch",
  validateSearch: only("code", "cursor", "page"),
  component: lazyRouteComponent(() => import("./intake/set-aside.js"), "SetAside"),
});

const audit = createRoute({
  getParentRoute: () => inside,
  path: "/audit",
  validateSearch: only("actor", "action", "customer", "from", "to", "cursor", "page"),
  component: lazyRouteComponent(() => import("./access/audit.js"), "Audit"),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  component: lazyRouteComponent(() => import("./access/settings.js"), "Settings"),
});

/** An address inside that leads nowhere: said within the shell, so the way on is at hand. */
const nowhere = createRoute({ getParentRoute: () => inside, path: "$", component: NoPage });

const work = [today, portfolio, unplaced, policy, manager, service, plan, outbox, templates, cycle] as const;
const tree = root.addChildren([
  signIn,
  inside.addChildren([
    overview,
    customers,
    customer,
    groups,
    group,
    persona,
    models,
    model,
    studio,
    near,
    fits,
    proposals,
    proposal,
    overrides,
    runs,
    imports,
    batch,
    audit,
    settings,
    ...work,
    nowhere,
  ]),
]);

/** A session that ended under a page: forget it and let the router ask again, which leads to sign-in and back. */
const queryCache = new QueryCache({
  onError: (error) => {
    if (error instanceof ProblemError && error.status === 401) {
      queries.setQueryData(sessionQuery.queryKey, null);
      void router.invalidate();
    }
  },
});

export const queries = new QueryClient({
  queryCache,
  defaultOptions: {
    queries: { retry: (count, error) => error instanceof ProblemError && error.status === 0 && count < 2, refetchOnWindowFocus: false, staleTime: 10_000 },
  },
});

export const router = createRouter({
  routeTree: tree,
  context: { queries },
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: BrokenPage,
  defaultNotFoundComponent: NoPage,
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const set = Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "");
    return set.length === 0 ? "" : `?${new URLSearchParams(set).toString()}`;
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
