/** What only files of requests need, to be loaded when there is one. */
export { parseRequests } from "../index.js";
