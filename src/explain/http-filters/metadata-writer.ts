import type { HttpFilterModel } from "./http-filter.js";

/** Filters that neither answer nor change the route and write dynamic metadata, which RBAC and others behind them may ask about. */
export const metadataWriter: HttpFilterModel = ({ filter }) => ({
  does: "continues",
  because: "",
  changes: { state: { because: `HTTP filter ${filter.name} may have written it`, decidedBy: "what it writes at run time" } },
});
