import { queryOptions } from "@tanstack/react-query";
import type { PortfolioSummary } from "../../../src/portfolio/schema.js";
import { request } from "../api.js";

/** All the portfolios in view, in figures. */
export const portfolioQuery = queryOptions({ queryKey: ["portfolio", "summary"], queryFn: () => request<PortfolioSummary>("/portfolio") });
